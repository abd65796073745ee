# Compresses a sample of the memory of processes, as sample-memory.sh says.
#   sample-memory.pl NAME PID...
use strict;
use warnings;
no warnings "portable";
BEGIN { require './parts/syscalls.pl' }
use constant { PAGE => 4096, BLOCK => 4 * 4096, SAMPLE_SIZE => 1024 ** 2, MAX_PLACES => 1024 };
# Bits of an entry of /proc/PID/pagemap.
use constant { PRESENT => 1 << 63, OF_A_FILE => 1 << 61 };
my (undef, @pids) = @ARGV;

# The mappings that rounds send: private memory that can be written to, and anonymous shared memory. They are put in one
# row: `before` is the size of all mappings before this one.
my ($total, @mappings) = (0);
for my $pid (@pids) {
  open my $maps, "<", "/proc/$pid/maps" or next;
  while (<$maps>) {
    my ($start, $end, $kind, $name) = m{^(\w+)-(\w+) .w.([ps]) \S+ \S+ \d+\s*(.*)$} or next;
    next if $kind eq "s" && $name !~ m{^/dev/zero};
    ($start, $end) = (hex $start, hex $end);
    push @mappings, { pid => $pid, start => $start, end => $end, before => $total, shared => $kind eq "s" };
    $total += $end - $start;
  }
}

# Returns the mapping at an offset in the row: the last one that begins there or before.
sub mapping_at { # OFFSET
  my ($low, $high) = (0, $#mappings);
  while ($low < $high) {
    my $middle = int(($low + $high + 1) / 2);
    if ($mappings[$middle]{before} <= $_[0]) { $low = $middle } else { $high = $middle - 1 }
  }
  return $mappings[$low];
}

# Returns bytes of a file in /proc/PID: fewer than LENGTH, or none, where they cannot be read.
my (%files, %seen);
sub read_at { # PID NAME OFFSET LENGTH
  my ($pid, $name, $offset, $length) = @_;
  my $file = $files{"$pid/$name"} //= do { open my $new, "<:raw", "/proc/$pid/$name" or return ""; $new };
  sysseek $file, $offset, 0 or return "";
  my $bytes = "";
  sysread $file, $bytes, $length;
  return $bytes;
}

# Multiples of the golden ratio are spread evenly, however many of them are taken.
my $sample = "";
for (my $n = 1; @mappings && $n <= MAX_PLACES && length $sample < SAMPLE_SIZE; $n++) {
  my $share = $n * 0.6180339887498949;
  my $offset = int(($share - int $share) * $total);
  my $mapping = mapping_at($offset);
  my $from = $mapping->{start} + $offset - $mapping->{before};
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
my $begin = monotonic_time();
# The level that OpenSSH compresses at.
open my $gzip, "|-", "gzip -6 | wc -c" or die;
print $gzip $sample;
close $gzip or exit 1;
printf "%.3f\n", (monotonic_time() - $begin) * 1e3;
