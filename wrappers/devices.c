// SPDX-License-Identifier: Apache-2.0
//
// Every device type there is: a new adapter is named here.
#include "../tb/socket.h"

extern const struct controller_type i2c_controller_type;
extern const struct target_type pcf8574_type, pcf8574a_type;

const struct controller_type *const controller_types[] = {&i2c_controller_type, NULL};
const struct target_type *const target_types[] = {&pcf8574_type, &pcf8574a_type, NULL};
