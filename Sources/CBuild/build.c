// SPDX-License-Identifier: Apache-2.0
#include "build.h"

const char *build_version(void) { return ENCODER_BRIDGE_VERSION; }
const char *build_commit(void) { return ENCODER_BRIDGE_COMMIT; }
