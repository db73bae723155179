// SPDX-License-Identifier: Apache-2.0
// What a service tells systemd, and the journal's own interface: messages with fields.
#ifndef CSYSTEMD_SHIM_H
#define CSYSTEMD_SHIM_H

// The place of a message is told by the logger, not by the line in which it is handed over.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#endif
