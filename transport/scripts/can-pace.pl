# Prints `yes` when this host can set the pacing rate of another process's connection, as pace.pl does. Fails and says why
# when it cannot.
use strict;
use warnings;
BEGIN { require './parts/syscalls.pl' }
use constant { AF_INET => 2, SOCK_STREAM => 1, SOL_SOCKET => 1, SO_MAX_PACING_RATE => 47 };
my $process = syscall syscall_number("pidfd_open"), $$ + 0, 0;
$process < 0 and die "pidfd_open: $!\n";
socket my $socket, AF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
my $number = syscall syscall_number("pidfd_getfd"), $process, fileno $socket, 0;
$number < 0 and die "pidfd_getfd: $!\n";
open my $copy, "+<&=", $number or die "open: $!\n";
setsockopt $copy, SOL_SOCKET, SO_MAX_PACING_RATE, pack "Q", 1e6 or die "SO_MAX_PACING_RATE: $!\n";
print "yes";
