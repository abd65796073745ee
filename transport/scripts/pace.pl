# Sets the pacing rate of the TCP connections of a migration, as pace.sh says.
#   pace.pl NAME DIRECTORY MASTER PORT
# NAME and DIRECTORY: what migration-facts.sh finds the process by. MASTER: pid of the ssh connection's master, or 0.
# PORT: the port of the destination's sshd.
use strict;
use warnings;
BEGIN { require './parts/syscalls.pl' }
use constant { PIDFD_OPEN => syscall_number("pidfd_open"), PIDFD_GETFD => syscall_number("pidfd_getfd") };
use constant { AF_INET => 2, AF_INET6 => 10 };
use constant { SOL_SOCKET => 1, SO_MAX_PACING_RATE => 47, IPPROTO_TCP => 6, TCP_INFO => 11, TCP_NOTSENT_LOWAT => 25 };
# Offsets in struct tcp_info.
use constant { BYTES_ACKED => 120, NOTSENT_BYTES => 144 };
# The rate is raised by a factor of at most this much.
use constant MAX_GAIN => 1.3;
# The rate counts headers, the kernel does not: of 1514 bytes of an Ethernet frame 1448 are payload.
use constant PAYLOAD_SHARE => 0.95;
my (undef, undef, $master, $ssh_port) = @ARGV;
my ($rate, $page_port, $criu, $error) = (0, 0, 0, "");
$| = 1;

# Returns the TCP connections of a process to a port of another host, as copies of its sockets. The caller must not keep
# them: a connection lasts as long as the last copy of its socket.
sub connections { # PID PORT
  my ($pid, $port) = @_;
  my $number = syscall PIDFD_OPEN, $pid + 0, 0;
  if ($number < 0) { $error = "pidfd_open: $!"; return }
  open my $process, "<&=", $number or return;
  my @found;
  for my $fd (map { m{/(\d+)$} } glob "/proc/$pid/fd/*") {
    next unless (readlink "/proc/$pid/fd/$fd" // "") =~ /^socket:/;
    my $copy = syscall PIDFD_GETFD, fileno $process, $fd + 0, 0;
    if ($copy < 0) { $error = "pidfd_getfd: $!"; next }
    open my $socket, "+<&=", $copy or next;
    my ($family, $peer_port) = unpack "S n", getpeername $socket // "";
    push @found, $socket if defined $peer_port && ($family == AF_INET || $family == AF_INET6) && $peer_port == $port;
  }
  return @found;
}

# Returns the connections of the criu that sends to the page port. Remembers its pid for the next call.
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

# Raises the rate by what was missing since the last look. A busy processor makes the kernel late at times, and the kernel
# does not make up for what it did not send then. Only while the same connections had data to send all along.
my ($gain, %last) = (1, busy => 0, connections => 0);
sub adjust_gain { # BUSY CONNECTIONS SENT
  my %now = (busy => $_[0], connections => $_[1], sent => $_[2], at => monotonic_time());
  if ($rate && $now{busy} && $last{busy} && $now{connections} == $last{connections} && $now{at} > $last{at}) {
    my $share = ($now{sent} - $last{sent}) / ($now{at} - $last{at}) / ($rate * PAYLOAD_SHARE);
    $gain *= $share > 1 ? 1 / $share : 1.5 - $share / 2;
    $gain = $gain < 1 ? 1 : $gain > MAX_GAIN ? MAX_GAIN : $gain;
  } else {
    $gain = 1;
  }
  %last = %now;
}

# Sets the rate of every connection. Returns whether all of them have it. Connections with data to send share the rate. An
# idle one may begin to send before the next look, so it gets little until then.
my %busy_looks;
sub pace {
  my @all = connections($master, $ssh_port);
  my $paced = @all;
  push @all, connections_of_criu() if $page_port;
  my ($sent, %busy) = (0);
  for my $connection (@all) {
    my $info = getsockopt $connection, IPPROTO_TCP, TCP_INFO;
    next unless defined $info && length $info >= NOTSENT_BYTES + 4;
    $sent += unpack "Q", substr $info, BYTES_ACKED, 8;
    # A connection without data counts as busy for three more looks: it may be idle for a moment only.
    my $name = "$connection" eq "$all[0]" ? "ssh" : "criu";
    $busy_looks{$name} = (unpack "I", substr $info, NOTSENT_BYTES, 4) ? 4 : ($busy_looks{$name} // 1) - 1;
    $busy{$connection} = 1 if $busy_looks{$name} > 0;
  }
  adjust_gain(scalar keys %busy, scalar @all, $sent);
  for my $connection (@all) {
    my $share = $busy{$connection} ? $rate / keys %busy : %busy ? $rate / 4 : $rate / @all;
    # Half a second of data waits in the socket: short messages in between are not late, and a sender that is late leaves
    # the kernel something to send.
    setsockopt $connection, IPPROTO_TCP, TCP_NOTSENT_LOWAT, pack "I", $rate ? int($share / 2) : 0;
    my $kernel_rate = $rate ? int($share * PAYLOAD_SHARE * $gain) : ~0;
    next if setsockopt $connection, SOL_SOCKET, SO_MAX_PACING_RATE, pack "Q", $kernel_rate;
    ($paced, $error) = (0, "SO_MAX_PACING_RATE: $!");
  }
  return $paced;
}

my $input = "";
while (1) {
  my $readable = "";
  vec($readable, 0, 1) = 1;
  # Looks more often while criu's own connection has not been found.
  my $patience = $rate ? $page_port && $last{connections} < 2 ? 0.05 : 0.25 : undef;
  if (!select $readable, undef, undef, $patience) { pace(); next }
  last unless sysread STDIN, $input, 4096, length $input;
  while ($input =~ s/^(.*)\n//) {
    my ($word, $number) = $1 =~ /^(\w+) (\d+)$/ or next;
    if ($word eq "pages") { ($page_port, $criu) = ($number, 0) }
    if ($word eq "rate") {
      ($rate, $error) = ($number, "ssh has no connection to port $ssh_port");
      $last{busy} = 0;
      print pace() ? "paced $rate\n" : "failed $error\n";
    }
  }
}
$rate = 0;
pace();
