// SPDX-License-Identifier: Apache-2.0
//
// A scenario's text: whatever it says, the run comes back, and a script that was wrong has a message with file and line.
#include <ctype.h>
#include <string.h>
#include <tcl.h>

#include "../scenario.h"
#include "fuzz.h"

enum { END_CLK = 500000 };

static struct config config;
static const char *script;
static int script_size;
static char path[3 * CONFIG_PATH]; // there must be one; its text is never read

// What stands in for the file.
int __wrap_Tcl_FSEvalFile(Tcl_Interp *tcl, Tcl_Obj *file);
int __wrap_Tcl_FSEvalFile(Tcl_Interp *tcl, Tcl_Obj *file) {
    (void)file;
    fuzz_tcl_confine(tcl, NULL, 0);
    Tcl_DString text; // as the real one has it: in Tcl's encoding, and ended by a NUL, which Tcl's error messages rely on
    Tcl_ExternalToUtfDString(NULL, script, script_size, &text);
    int code = Tcl_EvalEx(tcl, Tcl_DStringValue(&text), Tcl_DStringLength(&text), 0);
    Tcl_DStringFree(&text);
    return code;
}

static void init(void) {
    fuzz_run_models(&config);
    snprintf(path, sizeof path, "%s/scenarios/read_pins.tcl", TWINWIRE_TB_FOLDER);
}

static void check_message(const char *message) {
    size_t n = strlen(path);
    const char *line = strncmp(message, path, n) == 0 && message[n] == ':' ? message + n + 1 : "";
    size_t digits = strspn(line, "0123456789");
    if (digits == 0 || strncmp(line + digits, ": ", 2) != 0 || line[digits + 2] == '\0')
        fuzz_finding("a script was wrong, and this is all that is said: \"%s\"", message);
}

static void one(const uint8_t *bytes, size_t size) {
    static struct run run;
    if (!fuzz_tcl_allows(bytes, size))
        return;
    script = (const char *)bytes;
    script_size = (int)size;
    fuzz_run_init(&run, &config);
    fuzz_run_engine(&run, model_engine, END_CLK);
    run.now = &run.results[run.result_count++];
    run_limit(&run);
    run_power(&run, false);
    run_power(&run, true);
    scenario_run(&run, path);
    if (run.now->result == RESULT_ERROR && !fuzz_tcl_late())
        check_message(run.now->message);
    if (!run_over(&run))
        run_clks(&run, run_ns_to_clks(&run, 20000));
    scoreboards_finish(&run.board.scoreboards, run.board.clk);
}

const struct fuzz_target fuzz_scenario = {"scenario", init, one};
