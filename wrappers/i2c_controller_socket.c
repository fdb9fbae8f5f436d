// SPDX-License-Identifier: Apache-2.0
//
// Adapter of the C twin of the controller socket.
#include "../cmodel/i2c_controller.h"

#include "../tb/socket.h"

static void init(void *state, const struct config_socket *socket, unsigned filter_clks) {
    (void)socket;
    i2c_controller_init(state, (uint8_t)filter_clks);
}

static uint64_t step(void *state, uint64_t clk, const struct controller_pins *pins, uint16_t *out) {
    struct i2c_controller *c = state;
    struct i2c_controller_in in = {.rst_n = pins->rst_n,
                                   .scl = pins->scl,
                                   .sda = pins->sda,
                                   .cyc = pins->host & HOST_CYC,
                                   .stb = pins->host & HOST_STB,
                                   .we = pins->host & HOST_WE,
                                   .adr = pins->host >> HOST_ADR_SHIFT & 7,
                                   .dat = (uint8_t)(pins->host >> HOST_DAT_SHIFT)};
    uint64_t wake = i2c_controller_step(c, clk, &in);
    *out = (uint16_t)((c->out.scl ? CTL_SCL : 0) | (c->out.sda ? CTL_SDA : 0) | (c->out.ack ? CTL_ACK : 0) |
                      (c->out.irq ? CTL_IRQ : 0) | c->out.dat << CTL_DAT_SHIFT);
    return wake;
}

const struct controller_type i2c_controller_type = {
    .name = "i2c-controller", .state_size = sizeof(struct i2c_controller), .init = init, .step = step};
