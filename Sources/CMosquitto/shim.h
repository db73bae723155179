// SPDX-License-Identifier: Apache-2.0
// libmosquitto as it is; the names that Swift cannot take from macros with casts are given here.
#ifndef CMOSQUITTO_SHIM_H
#define CMOSQUITTO_SHIM_H

#include <mosquitto.h>
#include <mqtt_protocol.h>

/// MQTT 5 for this client.
static inline int mosquitto_use_v5(struct mosquitto *client) {
    return mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
}

#endif
