// SPDX-License-Identifier: Apache-2.0
//
// The program: reads the command line and sim.cfg, puts the board together, runs it, reports. See --help.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "arguments.h"
#include "../tb/atlas.h"
#include "../tb/random.h"
#include "../tb/report.h"
#include "../tb/run.h"
#include "../tb/scenario.h"
#include "../tb/shell.h"
#include "../tb/terminal.h"
#include "dpi.h"
#include "output_folder.h"
#include "verilator_engine.h"

#ifdef TWINWIRE_SYSTEMC // twinwire-systemc
#include "systemc_engine.h"
#define main sc_main
static const auto engine_new = systemc_engine_new;
static const auto engine_delete = systemc_engine_delete;
#else
static const auto engine_new = verilator_engine_new;
static const auto engine_delete = verilator_engine_delete;
#endif

#ifdef TWINWIRE_FAULTS
#include "../tb/fault.h"
#endif
#ifdef TWINWIRE_MUTANTS
#include "../tb/mutate/mutant.h"
#endif

namespace {

run *running;

void on_signal(int number) {
    if (running) {
        if (number == SIGALRM && running->signalled == BOARD_STOP_WALL) { // the second one: nothing heeds the first
            progress_clear(&running->progress);
            static const char text[] = "twinwire: limits.wall_s is over and the scenario does not come back: no report\n";
            if (write(STDERR_FILENO, text, sizeof text - 1) > 0)
                _exit(EXIT_CHECK_FAILED);
            _exit(EXIT_ENVIRONMENT);
        }
        if (number == SIGALRM)
            alarm(20);
        int why = number == SIGALRM ? BOARD_STOP_WALL : BOARD_STOP_INTERRUPT;
        running->signalled = why;
        running->board.stop = why;
        scenario_interrupt();
    }
}

void set_scenarios(config &c, const std::vector<std::string> &names) {
    if (names.empty())
        return;
    if (names.size() > CONFIG_SCENARIOS)
        user_error("too many --scenario");
    c.scenarios = 0;
    for (const std::string &name : names) {
        if (name.size() >= sizeof c.scenario[0])
            user_error("--scenario " + name + ": too long");
        std::strcpy(c.scenario[c.scenarios], name.c_str());
        c.scenario_line[c.scenarios++] = 0;
    }
}

// Every scenario named must exist before anything runs.
bool check_scenarios(const run &r) {
    bool good = true;
    for (unsigned i = 0; i < r.config.scenarios; i++) {
        char path[3 * CONFIG_PATH], near[64];
        if (scenario_find(&r, r.config.scenario[i], path, sizeof path, near, sizeof near))
            continue;
        good = false;
        if (r.config.scenario_line[i])
            std::fprintf(stderr, "%s:%d: ", r.config.file, r.config.scenario_line[i]);
        else
            std::fprintf(stderr, "--scenario %s: ", r.config.scenario[i]);
        std::fprintf(stderr, "there is no scenario \"%s\"", r.config.scenario[i]);
        std::fprintf(stderr, *near ? " (did you mean \"%s\"?)\n" : "\n", near);
    }
    return good;
}

void catch_signals(const config &c) {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGALRM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // too long a file is a failed write
    alarm(c.wall_s);
}

// The verdict of a run whose folder, board and engine are ready.
int run_and_report(run &r, const std::string &transactions, unsigned verbose) {
    std::string part = transactions + ".part";
    std::FILE *file = std::fopen(part.c_str(), "w");
    if (!file) {
        std::fprintf(stderr, "twinwire: %s: %s\n", part.c_str(), std::strerror(errno));
        return EXIT_ENVIRONMENT;
    }
    transactions_init(&r.transactions, file, r.config.clock_hz);
    transactions_listen(&r.transactions, &r.board);
    verbose_listen(&r.verbose, verbose, stdout, &r.board, &r.transactions, &r.progress);
    if (!r.quiet)
        progress_init(&r.progress, STDERR_FILENO);
    int code = run_all(&r);
    bool good = !std::ferror(file);
    good = std::fclose(file) == 0 && good && std::rename(part.c_str(), transactions.c_str()) == 0;
    if (!good) {
        std::fprintf(stderr, "twinwire: %s: not written whole: %s\n", transactions.c_str(), std::strerror(errno));
        std::remove(part.c_str());
    }
    return good ? code : EXIT_ENVIRONMENT;
}

// The board with what listens to it, but for the engine. What it needs lives as long as this.
class Bench {
public:
    Bench(run &r, const Arguments &a) : ring_(2 * r.config.ring), waves_(nullptr, waves_delete) {
        if (const char *wrong = board_init(&r.board, &r.config))
            user_error(std::string(r.config.file) + ": " + wrong);
        r.board.look_at_every_edge = a.every_edge;
        recorder_init(&r.board.recorder, ring_.data(), r.config.ring);
        recorder_roll_on(&r.board.recorder, ring_.data() + r.config.ring);
        waves_.reset(waves_new(&r.board, config_bit_clks(&r.config)));
        r.waves = waves_.get();
        if (!r.waves)
            throw std::bad_alloc();
        dpi_bind(&r.board, &r.config);
#ifdef TWINWIRE_FAULTS
        if (!a.fault.empty() && !fault_select(a.fault.c_str()))
            user_error("there is no fault \"" + a.fault + "\" (see --list-faults)");
#endif
#ifdef TWINWIRE_MUTANTS
        if (!a.mutant.empty() && !mutant_select(a.mutant.c_str()))
            user_error("there is no mutant " + a.mutant + ": they are 0 .. " + std::to_string(mutant_count) + ", and 0 is none");
#endif
    }

private:
    std::vector<record> ring_;
    std::unique_ptr<waves, decltype(&waves_delete)> waves_;
};

// One cell of the atlas becomes the scenario that is run, as soon as there is a folder for it.
struct Cell {
    atlas cells;
    atlas_cell cell;
    std::string path;

    Cell(run &r, const std::string &name) : path(std::string(r.out) + "/" + name + ".tcl") {
        char trouble[600];
        atlas_init(&cells, &r);
        if (!atlas_find(&cells, name.c_str(), &cell, trouble, sizeof trouble))
            user_error("--atlas " + name + ": " + trouble);
        set_scenarios(r.config, {path});
    }
    bool write() const {
        int error = atlas_write_scenario(&cells, &cell, path.c_str());
        if (error)
            std::fprintf(stderr, "twinwire: %s: %s\n", path.c_str(), std::strerror(error));
        return error == 0;
    }
};

int simulate(run &r, const Arguments &a) {
    std::unique_ptr<Cell> cell(a.atlas.empty() ? nullptr : new Cell(r, a.atlas));
    Bench bench(r, a);
    std::vector<scenario_result> results(r.config.scenarios + 1);
    running = &r;
    catch_signals(r.config);
    r.results = results.data();
    if (!output_folder_open(r.out) || (cell && !cell->write()))
        return EXIT_ENVIRONMENT;
    r.engine = engine_new(&r.board);
    r.simulator = verilator_engine_version();
    std::string again = std::string(r.rerun) + arguments_rerun_rest(a);
    std::snprintf(r.again, sizeof r.again, "%s", again.c_str());
    if (!r.quiet)
        std::printf("%s\n", again.c_str());
    int code = run_and_report(r, std::string(r.out) + "/transactions.jsonl", a.verbose);
    alarm(0);
#ifdef TWINWIRE_COVERAGE
    if (!verilator_engine_coverage(&r.engine, (std::string(r.out) + "/coverage.dat").c_str()))
        code = EXIT_ENVIRONMENT;
#endif
    if (!report_write(&r, code))
        code = EXIT_ENVIRONMENT;
    report_print(&r, code, stdout);
    if (!r.quiet)
        std::printf("%s\n", again.c_str());
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
        std::fprintf(stderr, "twinwire: the terminal text was not written whole: %s\n", std::strerror(errno));
        code = EXIT_ENVIRONMENT;
    }
    running = nullptr;
    engine_delete(&r.engine);
    return code;
}

// The same board with somebody at it instead of a run. It leaves no files but the waves it is asked for.
int console(run &r, const Arguments &a) {
    Bench bench(r, a);
    scenario_result result;
    r.results = &result;
    r.engine = engine_new(&r.board);
    int code = shell_run(&r);
    engine_delete(&r.engine);
    return code;
}

// The random part as a scenario. Nothing is run.
int write_random(const config &c, const std::string &path) {
    if (path.size() < 5 || path.compare(path.size() - 4, 4, ".tcl") != 0)
        user_error("--random-tcl " + path + ": a name that ends in .tcl is wanted, as --scenario reads it");
    std::string part = path + ".part";
    std::FILE *file = std::fopen(part.c_str(), "w");
    if (file) {
        random_print(file, &c);
        bool good = !std::ferror(file);
        good = std::fclose(file) == 0 && good;
        if (good && std::rename(part.c_str(), path.c_str()) == 0)
            return EXIT_PASS;
    }
    std::fprintf(stderr, "twinwire: %s: not written: %s\n", path.c_str(), std::strerror(errno));
    if (file)
        std::remove(part.c_str());
    return EXIT_ENVIRONMENT;
}

// The atlas, whole or every step-th cell of it.
int draw_atlas(run &r, const Arguments &a, unsigned step) {
    static atlas cells;
    Bench bench(r, a);
    scenario_result result = {};
    running = &r;
    r.results = &result;
    catch_signals(r.config);
    if (!output_folder_open(r.out))
        return EXIT_ENVIRONMENT;
    r.engine = engine_new(&r.board);
    atlas_init(&cells, &r);
    cells.step = step;
    const std::string command = std::string(r.rerun) + " --atlas";
    cells.command = command.c_str();
    std::snprintf(r.again, sizeof r.again, "%s", (std::string(r.rerun) + arguments_rerun_rest(a)).c_str());
    if (!r.quiet)
        std::printf("%s\n", r.again);
    int code = atlas_run(&cells, a.jobs);
    if (!r.quiet)
        std::printf("%s\n", r.again);
    running = nullptr;
    engine_delete(&r.engine);
    return code;
}

} // namespace

int main(int argc, char **argv) {
    int fd;
    do // a closed stdin, stdout or stderr must not become one of our files
        fd = ::open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    ::close(fd);
    Arguments a = arguments_parse(argc, argv);
    auto r = std::make_unique<run>();
    std::memset(static_cast<void *>(r.get()), 0, sizeof *r);
    std::snprintf(r->source, sizeof r->source, "%s", TWINWIRE_TB_FOLDER);
    r->quiet = a.quiet;
    std::vector<std::string> sets = arguments_sets(a);
    std::vector<const char *> set_texts;
    for (const std::string &set : sets)
        set_texts.push_back(set.c_str());
    bool nowhere = a.list && !a.file_given && access(a.file.c_str(), F_OK) != 0; // the list needs no sim.cfg
    if (!nowhere && !config_load(&r->config, a.file.c_str(), set_texts.data(), static_cast<unsigned>(set_texts.size()), stderr))
        return EXIT_USER;
    if (a.list) {
        scenario_list(r.get(), stdout, terminal_columns(STDOUT_FILENO));
        return EXIT_PASS;
    }
    set_scenarios(r->config, a.scenarios);
    char *rest;
    const unsigned long every = a.atlas == "all" ? 1 : std::strtoul(a.atlas.c_str(), &rest, 10);
    const bool whole = a.atlas == "all" || (!a.atlas.empty() && !*rest && every >= 1 && every <= 1000000);
    if (!whole && !a.atlas.empty() && !*rest)
        user_error("--atlas " + a.atlas + ": every N-th cell wants N from 1 to 1000000");
    if (a.dump) {
        config_dump(&r->config, stdout);
        return EXIT_PASS;
    }
    if (!a.random_tcl.empty())
        return write_random(r->config, a.random_tcl);
    if (!a.atlas.empty() && (r->config.targets < 2 || std::strcmp(r->config.socket[1].name, "u1") != 0 || std::strcmp(r->config.socket[2].name, "u2") != 0))
        user_error("--atlas wants the targets u1 and u2 of the shipped board");
    bool places = verilator_engine_fits(&r->config);
    if (!check_scenarios(*r) || !places)
        return EXIT_USER;
    std::string out = a.out.empty() ? std::string("out/") + (a.shell ? "shell" : !a.atlas.empty() ? "atlas" : r->config.name) : a.out;
    if (out.size() >= sizeof r->out)
        user_error("--out is too long");
    std::strcpy(r->out, out.c_str());
    std::snprintf(r->fault, sizeof r->fault, "%s", a.fault.c_str());
    std::snprintf(r->rerun, sizeof r->rerun, "%s", arguments_rerun(a, r->config).c_str());
    if (whole)
        return draw_atlas(*r, a, static_cast<unsigned>(every));
    return a.shell ? console(*r, a) : simulate(*r, a);
}
