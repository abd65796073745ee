#!/bin/bash
# Holds what a migration sends to so many bytes a second: the kernel paces its TCP connections, and nothing is put in their way.
#   pace.sh DIRECTORY MUX PORT      (MUX: control socket of the ssh connection to the destination; PORT: sshd's there)
# Takes, a line each, `rate BYTES` (a second and on the link, headers included; 0: as fast as it goes) and `pages PORT` (where criu
# connects by itself; 0: nowhere). Answers a rate with `paced BYTES` or `failed WHY`. The end of input lifts what was set.
set -u
master=$(ssh -F none -S "$2" -O check -- destination 2>&1 | sed -n 's/.*(pid=\([0-9]*\)).*/\1/p')
# Not bash: it cannot copy another process's descriptor, nor set an option of a socket.
exec perl -e '
  use strict;
  use warnings;
  use constant { PIDFD_OPEN => 434, PIDFD_GETFD => 438, AF_INET => 2, AF_INET6 => 10 };
  use constant { SOL_SOCKET => 1, SO_MAX_PACING_RATE => 47, IPPROTO_TCP => 6, TCP_INFO => 11, TCP_NOTSENT_LOWAT => 25 };
  # In struct tcp_info.
  use constant { BYTES_ACKED => 120, NOTSENT_BYTES => 144 };
  use constant { CLOCK_GETTIME => 228, MOST_GAIN => 1.3 };
  # The kernel counts what a connection carries; of 1514 bytes on an Ethernet that is 1448.
  use constant CARRIED => 0.95;
  my (undef, undef, $master, $ssh_port) = @ARGV;
  my ($rate, $page_port, $criu, $why) = (0, 0, 0, "");
  $| = 1;

  # Copies, which must not be kept: a connection lasts as long as its last one.
  sub connections { # PID PORT
    my ($pid, $port) = @_;
    my $number = syscall PIDFD_OPEN, $pid + 0, 0;
    if ($number < 0) { $why = "pidfd_open: $!"; return }
    open my $process, "<&=", $number or return;
    my @found;
    for my $fd (map { m{/(\d+)$} } glob "/proc/$pid/fd/*") {
      next unless (readlink "/proc/$pid/fd/$fd" // "") =~ /^socket:/;
      my $copy = syscall PIDFD_GETFD, fileno $process, $fd + 0, 0;
      if ($copy < 0) { $why = "pidfd_getfd: $!"; next }
      open my $socket, "+<&=", $copy or next;
      my ($family, $peer) = unpack "S n", getpeername $socket // "";
      push @found, $socket if defined $peer && ($family == AF_INET || $family == AF_INET6) && $peer == $port;
    }
    return @found;
  }

  sub connections_of_criu {
    my @found = $criu ? connections($criu, $page_port) : ();
    return @found if @found;
    for my $file (glob "/proc/[0-9]*/comm") {
      open my $comm, "<", $file or next;
      next unless (<$comm> // "") eq "criu\n";
      ($criu) = $file =~ /(\d+)/;
      @found = connections($criu, $page_port);
      return @found if @found;
    }
    return;
  }

  sub now { # in seconds
    my $time = "\0" x 16;
    syscall CLOCK_GETTIME, 1, $time;
    my ($seconds, $nanoseconds) = unpack "qq", $time;
    return $seconds + $nanoseconds / 1e9;
  }

  # A processor that others use too is late for the kernel at times, and what it did not send then it does not make up for. As long as
  # something has waited all along, the rate is set higher by what was missing.
  my ($gain, %last) = (1, busy => 0, ways => 0);
  sub adjust { # BUSY WAYS SENT
    my %now = (busy => $_[0], ways => $_[1], sent => $_[2], at => now());
    if ($rate && $now{busy} && $last{busy} && $now{ways} == $last{ways} && $now{at} > $last{at}) {
      my $got = ($now{sent} - $last{sent}) / ($now{at} - $last{at}) / ($rate * CARRIED);
      $gain *= $got > 1 ? 1 / $got : 1.5 - $got / 2;
      $gain = $gain < 1 ? 1 : $gain > MOST_GAIN ? MOST_GAIN : $gain;
    } else {
      $gain = 1;
    }
    %last = %now;
  }

  # Those that have something waiting share the rate. Another may begin before the next look, so it gets little until then.
  my %recent;
  sub pace {
    my @all = connections($master, $ssh_port);
    my $held = @all;
    push @all, connections_of_criu() if $page_port;
    my ($sent, %busy) = (0);
    for my $each (@all) {
      my $info = getsockopt $each, IPPROTO_TCP, TCP_INFO;
      next unless defined $info && length $info >= NOTSENT_BYTES + 4;
      $sent += unpack "Q", substr $info, BYTES_ACKED, 8;
      # One that has nothing for a moment only is not done.
      my $way = "$each" eq "$all[0]" ? "ssh" : "criu";
      $recent{$way} = (unpack "I", substr $info, NOTSENT_BYTES, 4) ? 4 : ($recent{$way} // 1) - 1;
      $busy{$each} = 1 if $recent{$way} > 0;
    }
    adjust(scalar keys %busy, scalar @all, $sent);
    for my $each (@all) {
      my $share = $busy{$each} ? $rate / keys %busy : %busy ? $rate / 4 : $rate / @all;
      # Half a second of it waits in the socket: what is said in between is not late, and a sender that is has something left.
      setsockopt $each, IPPROTO_TCP, TCP_NOTSENT_LOWAT, pack "I", $rate ? int($share / 2) : 0;
      next if setsockopt $each, SOL_SOCKET, SO_MAX_PACING_RATE, pack "Q", $rate ? int($share * CARRIED * $gain) : ~0;
      ($held, $why) = (0, "SO_MAX_PACING_RATE: $!");
    }
    return $held;
  }

  my $input = "";
  while (1) {
    my $readable = "";
    vec($readable, 0, 1) = 1;
    # A connection of criu that is new is to be found soon.
    my $patience = $rate ? $page_port && $last{ways} < 2 ? 0.05 : 0.25 : undef;
    if (!select $readable, undef, undef, $patience) { pace(); next }
    last unless sysread STDIN, $input, 4096, length $input;
    while ($input =~ s/^(\w+) (\d+)\n//) {
      if ($1 eq "pages") { ($page_port, $criu) = ($2, 0) }
      if ($1 eq "rate") {
        ($rate, $why) = ($2, "ssh has no connection to port $ssh_port");
        $last{busy} = 0;
        print pace() ? "paced $rate\n" : "failed $why\n";
      }
    }
  }
  $rate = 0;
  pace();
' precopy-pace "$1" "${master:-0}" "$3"
