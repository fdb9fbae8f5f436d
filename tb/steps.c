// SPDX-License-Identifier: Apache-2.0
#include "steps.h"

bool step_do(struct run *run, const struct step *step) {
    bool good = !run_over(run);
    for (unsigned i = 0; i < step->acts && good; i++)
        good = act_do(run, &step->act[i]);
    return good;
}

void step_print(FILE *out, const struct config *c, const struct step *step) {
    for (unsigned i = 0; i < step->acts; i++)
        act_print(out, c, &step->act[i]);
}

const char *step_name(enum step_kind kind) {
    static const char *const names[STEP_KINDS] = {
        [STEP_WRITE] = "write",           [STEP_READ] = "read",           [STEP_WRITE_READ] = "write_read", [STEP_CHAIN] = "chain",
        [STEP_ADDRESS] = "address",       [STEP_ABSENT] = "absent",       [STEP_RESERVED] = "reserved",     [STEP_GENERAL_CALL] = "general_call",
        [STEP_START_BYTE] = "start_byte", [STEP_RIVAL] = "rival",         [STEP_RESET] = "reset",           [STEP_DISABLE] = "disable",
        [STEP_COMMANDS] = "commands",     [STEP_REGISTERS] = "registers", [STEP_PRESCALE] = "prescale",     [STEP_IDLE] = "idle",
        [STEP_HOSTILE] = "hostile"};
    return names[kind];
}
