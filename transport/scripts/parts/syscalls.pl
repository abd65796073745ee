# Linux system calls that perl has no function for, by their numbers on this machine. The numbers depend on the processor.
use strict;
use warnings;
use POSIX ();

# From the kernel's asm/unistd_64.h (x86-64) and asm-generic/unistd.h (arm64).
my %numbers = (
  x86_64 => { clock_gettime => 228, pidfd_open => 434, pidfd_getfd => 438 },
  aarch64 => { clock_gettime => 113, pidfd_open => 434, pidfd_getfd => 438 },
);

sub syscall_number { # NAME
  my ($name) = @_;
  my $machine = (POSIX::uname())[4];
  # A 32-bit perl on a 64-bit kernel makes 32-bit calls, which have other numbers.
  $machine .= " with a 32-bit perl" if length pack("p", "") != 8;
  return $numbers{$machine}{$name} // die "the system call $name is known on x86-64 and arm64 only, not on $machine\n";
}

# Returns the time of a clock that is never set, in seconds.
sub monotonic_time {
  my $time = "\0" x 16;
  syscall syscall_number("clock_gettime"), 1, $time;
  my ($seconds, $nanoseconds) = unpack "qq", $time;
  return $seconds + $nanoseconds / 1e9;
}

1;
