// SPDX-License-Identifier: Apache-2.0
//
// Adapter of the C twin of a PCF8574 or PCF8574A in a target socket.
#include "../cmodel/pcf8574.h"

#include <string.h>

#include "../tb/socket.h"

static bool is_ti(const struct config_socket *socket) { return strcmp(socket->personality, "ti") == 0; }

static void init(void *state, const struct config_socket *socket, unsigned filter_clks) {
    struct pcf8574_props props = {
        .addr = socket->addr, .personality = is_ti(socket) ? PCF8574_TI : PCF8574_NXP, .filter_clks = (uint8_t)filter_clks};
    pcf8574_init(state, &props);
}

static uint64_t step(void *state, uint64_t clk, const struct target_pins *pins, uint16_t *out) {
    struct pcf8574 *p = state;
    struct pcf8574_in in = {.rst_n = pins->rst_n, .scl = pins->scl, .sda = pins->sda, .pins = pins->pins};
    uint64_t wake = pcf8574_step(p, clk, &in);
    *out = (uint16_t)(TGT_SCL | (p->out.sda ? TGT_SDA : 0) | (p->out.int_n ? TGT_INT_N : 0) | p->out.port << TGT_PORT_SHIFT);
    return wake;
}

// Address pins in bits 2:0, PCF8574A in bit 3 (addresses from 0x38 on), personality "ti" in bit 4.
static uint32_t straps(const struct config_socket *socket) {
    return (uint32_t)((socket->addr & 7) | (socket->addr >= 0x38) << 3 | is_ti(socket) << 4);
}

const struct target_type pcf8574_type = {
    .name = "pcf8574", .state_size = sizeof(struct pcf8574), .init = init, .step = step, .straps = straps};
const struct target_type pcf8574a_type = {
    .name = "pcf8574a", .state_size = sizeof(struct pcf8574), .init = init, .step = step, .straps = straps};
