// SPDX-License-Identifier: Apache-2.0
// The floor under every measurement of latency: what a plain C program pays for the same thing.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Opens a pseudo-terminal, raw. Gives the master; writes the slave's name.
int floor_open_pty(char *slave, size_t size);
/// Sends back whatever comes, until the other side hangs up. For a process of its own.
void floor_echo(int master);
/// Opens a slave for plain blocking reads and writes, raw.
int floor_open_slave(const char *path);
/// Exchanges `count` frames of `size` bytes and writes the nanoseconds of each. 0, or -1 when the line broke.
int floor_exchange(int fd, size_t size, size_t count, uint64_t *nanoseconds);
/// Keeps this process and its children on one CPU.
int floor_pin(int cpu);
/// A child that echoes on a new pseudo-terminal; writes the slave's name. Gives its process id.
int floor_spawn_echo(char *slave, size_t size);
