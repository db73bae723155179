// SPDX-License-Identifier: Apache-2.0
// PC/SC as pcsc-lite has it, with what Swift cannot reach: a macro with a cast, a variable behind a macro.
#ifndef CPCSC_SHIM_H
#define CPCSC_SHIM_H

#include <winscard.h>

/// SCardTransmit with the protocol's own header; the header of the answer is of no use.
static inline LONG pcsc_transmit(
    SCARDHANDLE card, DWORD protocol, const BYTE *command, DWORD length, BYTE *answer, DWORD *answerLength) {
    const SCARD_IO_REQUEST *header = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0
        : protocol == SCARD_PROTOCOL_RAW                            ? SCARD_PCI_RAW
                                                                    : SCARD_PCI_T1;
    return SCardTransmit(card, header, command, length, 0, answer, answerLength);
}

#endif
