// SPDX-License-Identifier: Apache-2.0
//
// `make bench`: what does lockstep cost? In one run, on the same RTL and the same bus traffic, it times
//
//   a1  the bare Verilated RTL, stimulus set on its ports when it changes      (no C twin, no check, no recorder)
//   a2  the same, stimulus fetched into a register: the faster of the two is `a`
//   b   lockstep: every socket RTL with a C shadow, all scoreboards, recorder and transaction log on, waves off
//   b2  lockstep on the board of the configuration file as it stands
//   b3  b with checkpoints, as a run without waves has them
//   c   b with every signal written to a VCD file
//   d   the C models alone, without Verilator, with everything else of b
//
// The traffic is seeded random transfers. What C put out in a lockstep run is recorded and replayed into the bare RTL; a pass
// outside the timing proves that the bare RTL then has the same pins at every clock, so the timed loop needs no check.
// Seconds are CPU seconds of this one thread and of the copies that it forks, so that a busy machine does not count; bench.json has wall seconds too.
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "bench_cases.h"

using namespace bench;

extern char **environ;
extern "C" unsigned long long bench_word(void);
extern "C" unsigned bench_straps(unsigned socket);

namespace {

const char usage[] = "twinwire-bench [options] [SIM.CFG]    measures the speed of lockstep against the bare RTL (see wrappers/bench.cpp)\n\n"
                     "  --clocks N   clocks of each timed run (default 10000000)\n"
                     "  --runs N     alternating runs, of which the median is taken (default 5)\n"
                     "  --quick      a small run, only to see that it works\n"
                     "  --long       10^8 clocks of lockstep: is memory flat?\n"
                     "  --only KEY   one case (a1 a2 b b2 b3 c d), once: for profilers\n"
                     "  --out DIR    where bench.json goes (default: out/bench)\n";

const char *const names[CASES] = {"bare RTL, stimulus through ports", "bare RTL, stimulus fetched",      "lockstep, all sockets RTL + C",
                                  "lockstep, board as configured",    "lockstep, all, with checkpoints", "lockstep, all, with VCD",
                                  "C models alone"};

double median(std::vector<double> of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

struct Figures {
    std::vector<double> cpu, wall; // seconds
    uint64_t clks = 0, bytes = 0;
    double rate(double s) const { return double(clks) / s; }
};

const char *const self = "/proc/self/exe";

struct Bench {
    config c;
    std::string out = "out/bench";
    uint64_t clks = 10000000;
    unsigned runs = 5;
    Traffic traffic;
    Figures figures[CASES];

    uint64_t clks_of(int kind) const { return kind == C ? std::max<uint64_t>(clks / 10, 50000) : clks; }

    void record() {
        Tap tap = {{}, &traffic, false, 0};
        Lockstep l(c, B, clks, "", &tap);
        for (unsigned socket = 0; socket <= c.targets; socket++)
            straps[socket] = board_straps(&l.r->board, socket, &l.r->config);
        traffic.clks = clks;
        traffic.bytes = l.bytes;
        Lockstep models(c, D, clks, ""), shipped(c, B2, clks, "");
        bool same = std::memcmp(l.r->board.digest, models.r->board.digest, sizeof l.r->board.digest) == 0 &&
                    std::memcmp(l.r->board.digest, shipped.r->board.digest, sizeof l.r->board.digest) == 0;
        uint64_t ports = Bare<Vbare_ports>().verify(traffic), fed = Bare<Vbare_fed>().verify(traffic);
        if (same && ports == traffic.digest.value && fed == traffic.digest.value)
            return;
        std::fprintf(stderr, "twinwire-bench: the cases do not put the same traffic on the bus\n");
        std::exit(EXIT_CHECK_FAILED);
    }

    Seconds once(int kind) {
        Figures &f = figures[kind];
        f.clks = clks_of(kind);
        f.bytes = traffic.bytes;
        if (kind == A1)
            return time_bare<Vbare_ports>(traffic);
        if (kind == A2)
            return time_bare<Vbare_fed>(traffic);
        std::string vcd = out + "/bench.vcd";
        Lockstep l(c, static_cast<which>(kind), f.clks, vcd);
        f.bytes = l.bytes;
        if (kind == C)
            std::remove(vcd.c_str());
        return l.seconds;
    }

    void measure() {
        for (unsigned i = 0; i < runs; i++)
            for (int kind = 0; kind < CASES; kind++) {
                Seconds s = once(kind);
                figures[kind].cpu.push_back(s.cpu);
                figures[kind].wall.push_back(s.wall);
            }
    }

    // From the start of a new process, through the configuration, to the first clock edge: milliseconds.
    double start_up() const {
        std::vector<double> ms;
        for (int i = 0; i < 5; i++) {
            int ends[2];
            pid_t pid;
            double at = 0, from = now().wall;
            if (pipe(ends) != 0)
                return -1;
            posix_spawn_file_actions_t actions;
            posix_spawn_file_actions_init(&actions);
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
            std::string file = c.file, first = "--first-clock";
            char *argv[] = {const_cast<char *>(self), first.data(), file.data(), nullptr};
            int wrong = posix_spawn(&pid, self, &actions, nullptr, argv, environ);
            posix_spawn_file_actions_destroy(&actions);
            close(ends[1]);
            bool good = wrong == 0 && read(ends[0], &at, sizeof at) == sizeof at;
            close(ends[0]);
            if (wrong == 0)
                waitpid(pid, nullptr, 0);
            if (!good)
                return -1;
            ms.push_back(1e3 * (at - from));
        }
        return median(ms);
    }

    // Of neighbours in time, so that a machine that slows down for a while slows both: the median over the rounds.
    double ratio_of(int kind, which a) const {
        std::vector<double> ratios;
        for (unsigned i = 0; i < runs; i++)
            ratios.push_back(figures[kind].rate(figures[kind].cpu[i]) / figures[a].rate(figures[a].cpu[i]));
        return median(ratios);
    }

    int print_and_write() const {
        const which best = median(figures[A1].cpu) < median(figures[A2].cpu) ? A1 : A2;
        rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        double ms = start_up();
        std::FILE *json = std::fopen((out + "/bench.json").c_str(), "w");
        if (!json) {
            std::fprintf(stderr, "twinwire-bench: %s/bench.json: %m\n", out.c_str());
            return EXIT_ENVIRONMENT;
        }
        std::fprintf(json, "{\n  \"clocks\": %llu, \"runs\": %u, \"clock_hz\": %llu, \"seed\": %llu, \"a\": \"%s\",\n  \"cases\": {\n",
                     static_cast<unsigned long long>(clks), runs, static_cast<unsigned long long>(c.clock_hz),
                     static_cast<unsigned long long>(c.seed), keys[best]);
        std::printf("  %-4s%-34s %9s %17s %12s %9s\n", "", "case", "Mclk/s", "(min .. max)", "bytes/s", "ratio");
        for (int k = 0; k < CASES; k++) {
            const Figures &f = figures[k];
            auto range = std::minmax_element(f.cpu.begin(), f.cpu.end());
            double s = median(f.cpu), rate = f.rate(s);
            const bool to_b = k == B3; // what checkpoints cost, not what lockstep costs
            std::string ratio = k < B ? (k == best ? "a" : "") : std::string(keys[k]) + (to_b ? "/b" : "/a");
            double to = ratio_of(k, to_b ? B : best);
            std::printf("  %-4s%-34s %9.2f (%6.2f ..%7.2f) %12.0f  %-4s %5.*f\n", keys[k], names[k], 1e-6 * rate, 1e-6 * f.rate(*range.second),
                        1e-6 * f.rate(*range.first), double(f.bytes) / s, ratio.c_str(), to_b ? 3 : 2, to);
            std::fprintf(json,
                         "    \"%s\": {\"clocks\": %llu, \"clocks_per_s\": %.0f, \"min\": %.0f, \"max\": %.0f, \"clocks_per_wall_s\": %.0f, "
                         "\"bytes_per_s\": %.0f, \"ratio_to_%s\": %.4f}%s\n",
                         keys[k], static_cast<unsigned long long>(f.clks), rate, f.rate(*range.second), f.rate(*range.first),
                         f.rate(median(f.wall)), double(f.bytes) / s, to_b ? "b" : "a", to, k + 1 < CASES ? "," : "");
        }
        std::printf("  start-up to the first clock %.1f ms, peak memory %ld KiB\n", ms, usage.ru_maxrss);
        std::fprintf(json, "  },\n  \"start_up_ms\": %.2f,\n  \"peak_memory_kib\": %ld\n}\n", ms, usage.ru_maxrss);
        return std::fclose(json) == 0 && ms >= 0 ? EXIT_PASS : EXIT_ENVIRONMENT;
    }
};

// In a process of its own: everything up to the first clock, then the time.
int first_clock(const config &c) {
    auto b = std::make_unique<board>();
    std::vector<record> ring(c.ring);
    if (board_init(b.get(), &c))
        return EXIT_USER;
    recorder_init(&b->recorder, ring.data(), c.ring);
    dpi_bind(b.get(), &c);
    engine e = verilator_engine_new(b.get());
    e.run(e.ctx, b.get(), 1);
    double at = now().wall;
    verilator_engine_delete(&e);
    return write(STDOUT_FILENO, &at, sizeof at) == sizeof at ? EXIT_PASS : EXIT_ENVIRONMENT;
}

// Is memory flat?
int long_run(const config &c) {
    Tap tap = {{}, nullptr, true, 1000000};
    const uint64_t clks = 100000000;
    Lockstep l(c, B, clks, "", &tap);
    std::printf("  %.2f Mclk/s over %llu clocks\n", 1e-6 * double(clks) / l.seconds.cpu, static_cast<unsigned long long>(clks));
    return EXIT_PASS;
}

[[noreturn]] void user_error(const std::string &text) {
    std::fprintf(stderr, "twinwire-bench: %s\n", text.c_str());
    std::exit(EXIT_USER);
}

uint64_t number(const char *word, const char *value, uint64_t least, uint64_t most) {
    char *end;
    unsigned long long n = value ? std::strtoull(value, &end, 10) : 0;
    if (!value || *end || n < least || n > most)
        user_error(std::string(word) + " wants a number, " + std::to_string(least) + " .. " + std::to_string(most));
    return n;
}

} // namespace

unsigned long long bench_word(void) { return fed_word; }
unsigned bench_straps(unsigned socket) { return straps[socket]; }

int main(int argc, char **argv) {
    Bench bench;
    std::string file = "sim.cfg";
    int only = CASES;
    bool first = false, memory = false;
    for (int i = 1; i < argc; i++) {
        std::string word = argv[i];
        if (word == "--help")
            return std::fputs(usage, stdout) < 0;
        else if (word == "--clocks")
            bench.clks = number("--clocks", argv[++i], 100000, 1000000000);
        else if (word == "--runs")
            bench.runs = unsigned(number("--runs", argv[++i], 1, 99));
        else if (word == "--out" && i + 1 < argc)
            bench.out = argv[++i];
        else if (word == "--only" && i + 1 < argc)
            only = int(std::find(keys, keys + CASES, std::string(argv[++i])) - keys);
        else if (word == "--quick")
            bench.clks = 200000, bench.runs = 3;
        else if (word == "--long")
            memory = true;
        else if (word == "--first-clock")
            first = true;
        else if (word[0] == '-')
            user_error("unknown option " + word + "; --help shows all");
        else
            file = word;
        if (i >= argc)
            user_error("an option wants a value; --help shows all");
    }
    if (!config_load(&bench.c, file.c_str(), nullptr, 0, stderr))
        return EXIT_USER;
    if (first)
        return first_clock(bench.c);
    if (bench.c.targets != 2)
        user_error(file + ": the bench wants two targets, as bare_top.sv has them");
    for (size_t at = 1; at <= bench.out.size(); at++)
        if (at == bench.out.size() || bench.out[at] == '/')
            mkdir(bench.out.substr(0, at).c_str(), 0777);
    if (memory)
        return long_run(bench.c);
    if (only != CASES) {
        if (only < B)
            bench.record();
        std::printf("%s %.2f Mclk/s\n", keys[only], 1e-6 * double(bench.clks_of(only)) / bench.once(only).cpu);
        return EXIT_PASS;
    }
    std::printf("twinwire-bench: %llu clocks at %.0f MHz, SCL %u kHz, median of %u alternating runs\n",
                static_cast<unsigned long long>(bench.clks), 1e-6 * double(bench.c.clock_hz), bench.c.scl_hz / 1000, bench.runs);
    bench.record();
    bench.measure();
    int code = bench.print_and_write();
    if (code == EXIT_PASS)
        std::puts("  the bare RTL had the same pins at every clock; results in bench.json");
    return code;
}
