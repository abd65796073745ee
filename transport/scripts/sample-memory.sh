#!/bin/bash
# Compresses some of a container's memory, as ssh would, while the container runs on.
#   sample-memory.sh PID CGROUP      (CGROUP: its cgroup's path, or empty)
# Prints how much was compressed, to how much, and the milliseconds it took; nothing where there is no memory to be had. Nothing of what
# is read is written anywhere.
set -u
pids=("$1")
[ -z "$2" ] || [ "$2" = / ] || mapfile -t pids < <(find "/sys/fs/cgroup$2" -name cgroup.procs -exec cat {} +)
# Not bash: it cannot read from a place in a file, nor bytes that are zero.
exec perl -e '
  use strict;
  use warnings;
  no warnings "portable";
  use constant { PAGE => 4096, BLOCK => 4 * 4096, ENOUGH => 1024 ** 2, PLACES => 1024, CLOCK_GETTIME => 228 };
  use constant { PRESENT => 1 << 63, OF_A_FILE => 1 << 61 };

  sub now { # in milliseconds
    my $time = "\0" x 16;
    syscall CLOCK_GETTIME, 1, $time;
    my ($seconds, $nanoseconds) = unpack "qq", $time;
    return $seconds * 1e3 + $nanoseconds / 1e6;
  }

  # What rounds send: private memory that can be written to, and anonymous memory that is shared.
  my ($all, @mappings) = (0);
  for my $pid (@ARGV) {
    open my $maps, "<", "/proc/$pid/maps" or next;
    while (<$maps>) {
      my ($start, $end, $kind, $name) = m{^(\w+)-(\w+) .w.([ps]) \S+ \S+ \d+\s*(.*)$} or next;
      next if $kind eq "s" && $name !~ m{^/dev/zero};
      ($start, $end) = (hex $start, hex $end);
      push @mappings, { pid => $pid, start => $start, end => $end, before => $all, shared => $kind eq "s" };
      $all += $end - $start;
    }
  }

  sub mapping_at { # PLACE: the last one that begins there or before
    my ($low, $high) = (0, $#mappings);
    while ($low < $high) {
      my $middle = int(($low + $high + 1) / 2);
      if ($mappings[$middle]{before} <= $_[0]) { $low = $middle } else { $high = $middle - 1 }
    }
    return $mappings[$low];
  }

  my (%files, %seen);
  sub read_at { # PID NAME PLACE LENGTH
    my ($pid, $name, $place, $length) = @_;
    my $file = $files{"$pid/$name"} //= do { open my $new, "<:raw", "/proc/$pid/$name" or return ""; $new };
    sysseek $file, $place, 0 or return "";
    my $bytes = "";
    sysread $file, $bytes, $length;
    return $bytes;
  }

  # Places spread evenly however many are looked at: multiples of the golden ratio.
  my $sample = "";
  for (my $n = 1; @mappings && $n <= PLACES && length $sample < ENOUGH; $n++) {
    my $share = $n * 0.6180339887498949;
    my $place = int(($share - int $share) * $all);
    my $mapping = mapping_at($place);
    my $from = $mapping->{start} + $place - $mapping->{before};
    $from -= $from % BLOCK;
    $from = $mapping->{start} if $from < $mapping->{start};
    next if $seen{"$mapping->{pid} $from"}++;
    my $pages = ($mapping->{end} - $from) / PAGE;
    $pages = BLOCK / PAGE if $pages > BLOCK / PAGE;
    my @entries = unpack "Q*", read_at($mapping->{pid}, "pagemap", $from / PAGE * 8, $pages * 8);
    for my $page (0 .. $#entries) {
      next unless $entries[$page] & PRESENT && ($mapping->{shared} || !($entries[$page] & OF_A_FILE));
      $sample .= read_at($mapping->{pid}, "mem", $from + $page * PAGE, PAGE);
    }
  }
  exit if $sample eq "";
  $| = 1;
  print length $sample, "\n";
  my $begun = now();
  # OpenSSH compresses at this level.
  open my $gzip, "|-", "gzip -6 | wc -c" or die;
  print $gzip $sample;
  close $gzip or exit 1;
  printf "%.3f\n", now() - $begun;
' precopy-sample "${pids[@]}"
