// SPDX-License-Identifier: Apache-2.0
#include "systemc_board.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "../tb/report.h"
#include "dpi.h"
#include "output_folder.h"
#include "verilator_engine.h"

#ifdef TWINWIRE_FAULTS
#include "../tb/fault.h"
#endif

using namespace sc_core;

namespace {

enum { POWER_ON_CLKS = 32 }; // the board resets itself: longer than any reset needs

bool built; // wrappers/dpi.c knows one board

[[noreturn]] void refuse(const std::string &text) {
    SC_REPORT_ERROR("/twinwire/board", text.c_str());
    throw std::runtime_error(text); // a platform may have told SystemC not to
}

std::string mismatch_text(const run &r, int scoreboard) {
    const mismatch &m = scoreboards_verdict(&r.board.scoreboards, static_cast<enum scoreboard>(scoreboard))->first;
    char values[64] = "";
    if (m.bits)
        std::snprintf(values, sizeof values, ", expected 0x%x, seen 0x%x", m.expected, m.seen);
    return std::string("scoreboard ") + scoreboard_name(static_cast<enum scoreboard>(scoreboard)) + ": " +
           (m.socket < 0 ? "bus" : r.config.socket[m.socket].name) + "." + m.pin + values + ", clk " + std::to_string(m.clk) +
           (m.place[0] ? std::string(", ") + m.place : "") + ": " + m.what + " [" + m.clause + "]";
}

template <class Signal, class Port> void tie_off(std::vector<std::shared_ptr<void>> &ties, Port &port, int level) {
    if (port.bind_count())
        return;
    auto signal = std::make_shared<Signal>(sc_gen_unique_name("unbound"));
    signal->write(level);
    port.bind(*signal);
    ties.push_back(signal);
}

} // namespace

struct TwinwireBoard::Inside {
    TwinwireBoard *module;
    struct run run;
    scenario_result result;
    std::vector<record> ring;
    std::FILE *transactions = nullptr;
    std::chrono::steady_clock::time_point begun;
    unsigned failing = 0, said = 0; // bit a scoreboard
    bool in_reset = true, finished = false, written = true;
    // The last access asked for, taken to the host bus, and done. The first is a signal, so that an edge of the same delta cycle does not see it,
    // whichever of the two processes runs first.
    sc_signal<unsigned, SC_MANY_WRITERS> request{"request"};
    unsigned asked = 0, taken = 0, done = 0;
    struct {
        uint8_t kind, adr, dat;
    } wanted = {};
    struct {
        uint8_t dat;
        bool cut; // by a reset
    } answer = {};
    sc_event answered;
    sc_mutex one_at_a_time;
    std::vector<std::shared_ptr<void>> ties;

    std::string path(const char *name) const { return std::string(run.out) + "/" + name; }
    void load(const std::string &file, const std::vector<std::string> &sets);
    void open();
    void inputs();
    void requests();
    void answers();
    void warn();
    void finish();

    static void on_record(void *ctx, const record *r);
    static void on_failing(void *ctx, uint64_t, unsigned bits) { static_cast<Inside *>(ctx)->failing |= bits; }
};

// ---- Putting it together, and taking it apart ----

void TwinwireBoard::Inside::load(const std::string &file, const std::vector<std::string> &sets) {
    std::vector<const char *> texts;
    for (const std::string &set : sets)
        texts.push_back(set.c_str());
    if (!config_load(&run.config, file.c_str(), texts.data(), static_cast<unsigned>(texts.size()), stderr) || !verilator_engine_fits(&run.config))
        refuse(file + ": not a valid board, see stderr");
    if (const char *wrong = board_init(&run.board, &run.config))
        refuse(file + ": " + wrong);
#ifdef TWINWIRE_FAULTS
    const char *fault = std::getenv("TWINWIRE_FAULT");
    if (fault && !fault_select(fault))
        refuse(std::string("TWINWIRE_FAULT: there is no fault ") + fault);
    std::snprintf(run.fault, sizeof run.fault, "%s", fault ? fault : "");
#endif
    ring.resize(2 * run.config.ring);
    recorder_init(&run.board.recorder, ring.data(), run.config.ring);
    recorder_roll_on(&run.board.recorder, ring.data() + run.config.ring);
    run.platform = true;
    run.results = run.now = &result;
    run.result_count = 1;
    std::strcpy(result.name, "platform");
    for (int i = 0; i < sc_argc(); i++) {
        char word[CONFIG_PATH];
        report_quote(sc_argv()[i], word, sizeof word);
        std::snprintf(run.rerun + std::strlen(run.rerun), sizeof run.rerun - std::strlen(run.rerun), i ? " %s" : "%s", word);
    }
}

void TwinwireBoard::Inside::open() {
    if (run.out[0] && !output_folder_open(run.out))
        refuse(std::string(run.out) + ": not a folder to write to, see stderr");
    if (run.out[0])
        transactions = std::fopen(path("transactions.jsonl.part").c_str(), "w");
    if (run.out[0] && !transactions)
        refuse(path("transactions.jsonl") + ": " + std::strerror(errno));
    transactions_init(&run.transactions, transactions, run.config.clock_hz);
    transactions_scenario(&run.transactions, result.name);
    transactions_listen(&run.transactions, &run.board);
    sketches_listen(&run.sketches, &run.board, &run.transactions, config_bit_clks(&run.config));
    const board_listener listener = {this, on_record, nullptr, nullptr, on_failing};
    board_listen(&run.board, &listener);
    dpi_bind(&run.board, &run.config);
    run.engine = verilator_engine_new(&run.board);
    run.waves = waves_new(&run.board, config_bit_clks(&run.config));
    if (!run.waves)
        refuse("no memory");
    if (run.out[0] && run.config.waves != WAVES_OFF)
        run_waves(&run, path(run.config.format == FORMAT_FST ? "waves.fst" : "waves.vcd").c_str());
}

void TwinwireBoard::Inside::finish() {
    if (finished)
        return;
    finished = true;
    run.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); // of the whole platform
    scoreboards_finish(&run.board.scoreboards, run.board.clk);
    transactions_flush(&run.transactions, run.board.clk);
    bool good = !transactions || !std::ferror(transactions);
    if (transactions)
        good = std::fclose(transactions) == 0 && good && std::rename(path("transactions.jsonl.part").c_str(), path("transactions.jsonl").c_str()) == 0;
    if (!good)
        std::fprintf(stderr, "twinwire: %s: not written whole: %s\n", path("transactions.jsonl").c_str(), std::strerror(errno));
    result.end_clk = run.board.clk;
    for (int i = 0; i < SCOREBOARDS; i++) {
        const verdict *v = scoreboards_verdict(&run.board.scoreboards, static_cast<scoreboard>(i));
        result.board[i] = {v->checks, v->failures, v->first};
    }
    run_waves(&run, nullptr);
    written = good && !run.waves_bad;
}

TwinwireBoard::TwinwireBoard(const sc_module_name &name, const std::string &sim_cfg, const std::vector<std::string> &sets, const std::string &out)
    : sc_module(name), inside_(std::make_unique<Inside>()) {
    if (built)
        refuse("there is a Twinwire board already, and a process can have one only");
    if (out.size() >= sizeof inside_->run.out)
        refuse("the output folder's name is too long");
    inside_->module = this;
    std::strcpy(inside_->run.out, out.c_str());
    inside_->load(sim_cfg, sets);
    inside_->open();
    ext_low.init(inside_->run.config.targets);
    ext_high.init(inside_->run.config.targets);
    pins.init(inside_->run.config.targets);
    int_n.initialize(true);
    for (auto &port : pins)
        port.initialize(0xff);
    registers.register_b_transport(this, &TwinwireBoard::b_transport);
    SC_HAS_PROCESS(TwinwireBoard);
    SC_METHOD(edge);
    sensitive << clk.pos();
    dont_initialize();
    built = true;
}

TwinwireBoard::~TwinwireBoard() {
    inside_->finish();
    verilator_engine_delete(&inside_->run.engine);
    waves_delete(inside_->run.waves);
    built = false;
}

void TwinwireBoard::before_end_of_elaboration() {
    auto &ties = inside_->ties;
    tie_off<sc_signal<bool>>(ties, rst_n, 1);
    tie_off<sc_signal<bool>>(ties, irq, 0);
    tie_off<sc_signal<bool>>(ties, int_n, 1);
    for (unsigned t = 0; t < pins.size(); t++) {
        tie_off<sc_signal<Pins>>(ties, ext_low[t], 0);
        tie_off<sc_signal<Pins>>(ties, ext_high[t], 0);
        tie_off<sc_signal<Pins>>(ties, pins[t], 0xff);
    }
}

void TwinwireBoard::end_of_elaboration() {
    inside_->begun = std::chrono::steady_clock::now();
    auto *clock = dynamic_cast<sc_clock *>(clk.get_interface());
    double hz = static_cast<double>(inside_->run.config.clock_hz);
    if (clock && std::fabs(clock->period().to_seconds() * hz - 1) > 1e-3)
        SC_REPORT_WARNING("/twinwire/clock", (std::string(inside_->run.config.file) + " says clock_hz = " + std::to_string(inside_->run.config.clock_hz) +
                                              ", but clk has a period of " + clock->period().to_string() +
                                              ": bus speed, judged times and times in files are off by that").c_str());
}

// ---- One clock edge ----

void TwinwireBoard::Inside::on_record(void *ctx, const record *r) {
    if (r->clk == 0) // before its first edge the RTL's outputs are not defined
        return;
    TwinwireBoard &m = *static_cast<Inside *>(ctx)->module;
    const board_shape &shape = m.inside_->run.board.shape;
    m.irq.write(r->out[0][shape.socket[0].drive] & CTL_IRQ);
    m.int_n.write(r->int_n);
    for (unsigned t = 0; t < shape.targets; t++)
        m.pins[t].write(r->pins[t]);
}

void TwinwireBoard::Inside::inputs() {
    stimulus_out &next = run.board.stimulus.next, was = next;
    in_reset = !module->rst_n.read() || run.board.clk < POWER_ON_CLKS;
    next.rst_n = in_reset ? 0 : static_cast<uint8_t>((2u << run.config.targets) - 1);
    for (unsigned t = 0; t < run.config.targets; t++) {
        next.ext_low[t] = static_cast<uint8_t>(module->ext_low[t].read());
        next.ext_high[t] = static_cast<uint8_t>(module->ext_high[t].read());
    }
    if (std::memcmp(&was, &next, sizeof next) != 0)
        board_touch(&run.board);
}

// Starts the access asked for, or cuts the one under way.
void TwinwireBoard::Inside::requests() {
    firmware *f = &run.board.stimulus.firmware;
    if (in_reset && taken != done) {
        firmware_clear(f);
        answer.cut = true;
    } else if (!in_reset && request.read() != taken && !firmware_busy(f)) {
        taken = request.read();
        answer.cut = false;
        firmware_clear(f);
        firmware_add(f, static_cast<firmware_op_kind>(wanted.kind), wanted.adr, wanted.dat, 0);
        board_touch(&run.board);
    }
}

void TwinwireBoard::Inside::answers() {
    if (taken == done || firmware_busy(&run.board.stimulus.firmware))
        return;
    done = taken;
    answer.dat = run.board.stimulus.firmware.data[0];
    answered.notify(SC_ZERO_TIME);
}

void TwinwireBoard::Inside::warn() {
    unsigned news = failing & ~said;
    said |= failing;
    for (int i = 0; i < SCOREBOARDS; i++)
        if (news >> i & 1)
            SC_REPORT_WARNING("/twinwire/scoreboard", mismatch_text(run, i).c_str());
}

void TwinwireBoard::edge() {
    inside_->inputs();
    inside_->requests();
    verilator_engine_clock(&inside_->run.engine, &inside_->run.board);
    inside_->answers();
    if (inside_->failing & ~inside_->said)
        inside_->warn(); // here, where a report may throw: not within the model
}

// ---- Registers ----

static tlm::tlm_response_status refusal(const tlm::tlm_generic_payload &p) {
    if (!p.is_read() && !p.is_write())
        return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (p.get_address() > 7)
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    if (p.get_data_length() != 1 || p.get_streaming_width() == 0)
        return tlm::TLM_BURST_ERROR_RESPONSE;
    return p.get_byte_enable_ptr() ? tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE;
}

void TwinwireBoard::b_transport(tlm::tlm_generic_payload &p, sc_time &delay) {
    Inside &i = *inside_;
    p.set_dmi_allowed(false);
    p.set_response_status(refusal(p));
    if (p.is_response_error())
        return;
    wait(delay);
    delay = SC_ZERO_TIME;
    std::lock_guard<sc_mutex> alone(i.one_at_a_time);
    i.wanted = {static_cast<uint8_t>(p.is_write() ? FIRMWARE_WRITE : FIRMWARE_READ), static_cast<uint8_t>(p.get_address()),
                p.is_write() ? *p.get_data_ptr() : uint8_t{0}};
    unsigned mine = ++i.asked;
    i.request.write(mine);
    while (i.done != mine)
        wait(i.answered);
    if (i.answer.cut)
        p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    else if (p.is_read())
        *p.get_data_ptr() = i.answer.dat;
}

// ---- The end ----

bool TwinwireBoard::passed() const {
    for (int i = 0; i < SCOREBOARDS; i++) {
        const verdict *v = scoreboards_verdict(&inside_->run.board.scoreboards, static_cast<scoreboard>(i));
        if (v->failures || (v->on && v->checks == 0))
            return false;
    }
    return true;
}

int TwinwireBoard::report(std::FILE *to) {
    Inside &i = *inside_;
    i.finish();
    for (int b = 0; b < SCOREBOARDS; b++) // the end may have found what no edge did
        i.failing |= static_cast<unsigned>(i.result.board[b].failures != 0) << b;
    i.warn();
    int code = !i.written ? EXIT_ENVIRONMENT : passed() ? EXIT_PASS : EXIT_CHECK_FAILED;
    i.result.result = passed() ? RESULT_PASS : RESULT_FAIL;
    if (i.run.out[0] && !report_write(&i.run, code))
        code = EXIT_ENVIRONMENT;
    report_print(&i.run, code, to);
    return code;
}
