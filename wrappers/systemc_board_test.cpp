// SPDX-License-Identifier: Apache-2.0
//
// What systemc_board.h promises, claim by claim: systemc-board-test SIM.CFG
#include <cstring>

#include <tlm_utils/simple_initiator_socket.h>

#include "systemc_board.h"

using namespace sc_core;
using tlm::tlm_generic_payload;

namespace {

unsigned passed, failed;

void claim(const char *what, bool good) {
    std::printf("%s %s\n", good ? "ok  " : "FAIL", what);
    (good ? passed : failed)++;
}

const sc_time period(20, SC_NS);
enum { PRERLO, PRERHI, CTR };

// A payload that a board accepts, to be spoilt.
struct Read : tlm_generic_payload {
    unsigned char data[4] = {0x55, 0x55, 0x55, 0x55}, enables[4] = {0xff, 0xff, 0xff, 0xff};
    explicit Read(unsigned address) {
        set_read();
        set_address(address);
        set_data_ptr(data);
        set_data_length(1);
        set_streaming_width(1);
    }
};

SC_MODULE(Tester) {
    tlm_utils::simple_initiator_socket<Tester> bus{"bus"};
    sc_in<bool> clk{"clk"}, irq{"irq"}, int_n{"int_n"};
    sc_in<TwinwireBoard::Pins> pins{"pins"};
    sc_out<bool> rst_n{"rst_n"};
    sc_out<TwinwireBoard::Pins> pull_low{"pull_low"};
    TwinwireBoard *board;
    sc_event hammered;
    unsigned hammering = 0, off_edge = 0, moves = 0, falls = 0;

    SC_HAS_PROCESS(Tester);
    Tester(const sc_module_name &name, TwinwireBoard *b) : sc_module(name), board(b) {
        rst_n.initialize(true);
        SC_THREAD(claims);
        SC_METHOD(moved);
        sensitive << irq << int_n << pins;
        dont_initialize();
    }

private:
    void claims() {
        claim("before the first edge pins and INT are high, the interrupt is low", pins.read() == 0xff && int_n.read() && !irq.read());
        claim("a board that has checked nothing has not passed", !board->passed());
        Read early(CTR);
        transport(early);
        claim("an access during the board's own reset waits for its end", early.is_response_ok() && sc_time_stamp() >= 32 * period);
        claim("INT does not blink at power-up", falls == 0);
        refusals();
        registers();
        delays();
        several_threads();
        resets();
        wires();
        sc_stop();
    }

    void moved() {
        moves++;
        falls += int_n.negedge();
        off_edge += clk.posedge() || sc_time_stamp() % period != SC_ZERO_TIME;
    }

    sc_time transport(tlm_generic_payload &p, sc_time delay = SC_ZERO_TIME) {
        bus->b_transport(p, delay);
        return delay;
    }

    bool store(unsigned address, unsigned char byte) {
        Read p(address);
        p.set_write();
        *p.data = byte;
        transport(p);
        return p.is_response_ok();
    }

    int load(unsigned address) {
        Read p(address);
        transport(p);
        return p.is_response_ok() ? *p.data : -1;
    }

    template <class Spoil> void refused(const char *what, tlm::tlm_response_status status, Spoil spoil) {
        Read p(CTR);
        spoil(p);
        sc_time before = sc_time_stamp(), delay = transport(p, period);
        claim(what, p.get_response_status() == status && *p.data == 0x55 && delay == period && sc_time_stamp() == before);
    }

    void refusals() {
        refused("address 8 is refused", tlm::TLM_ADDRESS_ERROR_RESPONSE, [](Read &p) { p.set_address(8); });
        refused("an address above 32 bits is refused", tlm::TLM_ADDRESS_ERROR_RESPONSE, [](Read &p) { p.set_address(0x100000000); });
        refused("neither read nor write is refused", tlm::TLM_COMMAND_ERROR_RESPONSE, [](Read &p) { p.set_command(tlm::TLM_IGNORE_COMMAND); });
        refused("two bytes are refused", tlm::TLM_BURST_ERROR_RESPONSE, [](Read &p) { p.set_data_length(2), p.set_streaming_width(2); });
        refused("no byte is refused", tlm::TLM_BURST_ERROR_RESPONSE, [](Read &p) { p.set_data_length(0); });
        refused("a streaming width of 0 is refused", tlm::TLM_BURST_ERROR_RESPONSE, [](Read &p) { p.set_streaming_width(0); });
        refused("byte enables are refused", tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE,
                [](Read &p) { p.set_byte_enable_ptr(p.enables), p.set_byte_enable_length(1); });
        Read p(CTR);
        tlm::tlm_dmi dmi;
        p.set_dmi_allowed(true);
        transport(p);
        claim("there is no direct memory", !p.is_dmi_allowed() && !bus->get_direct_mem_ptr(p, dmi));
        claim("transport_dbg transfers nothing", bus->transport_dbg(p) == 0);
    }

    void registers() {
        claim("registers have their reset values", load(PRERLO) == 0xff && load(PRERHI) == 0xff && load(CTR) == 0 && load(4) == 0 && load(7) == 0);
        claim("what was written reads back", store(PRERHI, 0x12) && load(PRERHI) == 0x12 && load(PRERLO) == 0xff);
    }

    void delays() {
        Read p(PRERHI);
        sc_time before = sc_time_stamp();
        sc_time left = transport(p, 5 * period);
        claim("the annotated delay passes first", left == SC_ZERO_TIME && sc_time_stamp() >= before + 7 * period);
        wait(clk.posedge_event()); // in the very delta cycle of an edge: seen by the next one
        before = sc_time_stamp();
        load(PRERHI);
        claim("an access made at an edge takes three clocks", sc_time_stamp() == before + 3 * period);
        wait(period / 4);
        before = sc_time_stamp();
        load(PRERHI);
        claim("an access made between edges ends at the third edge", sc_time_stamp() == before + 3 * period - period / 4);
    }

    void hammer(unsigned address) {
        bool good = true;
        for (unsigned i = 0; i < 50; i++)
            good = good && store(address, static_cast<unsigned char>(i * 3 + address)) && load(address) == static_cast<int>((i * 3 + address) & 0xff);
        claim(address == PRERLO ? "accesses of one thread" : "accesses of another thread at the same time", good);
        hammering--;
        hammered.notify(SC_ZERO_TIME);
    }

    void several_threads() {
        hammering = 2;
        sc_spawn([this] { hammer(PRERLO); });
        sc_spawn([this] { hammer(PRERHI); });
        while (hammering)
            wait(hammered);
        sc_process_handle victim = sc_spawn([this] { store(CTR, 0x40); });
        wait(period * 1.5);
        victim.kill();
        claim("a thread killed in its access does no harm", load(PRERLO) == 147 && load(CTR) == 0x40);
    }

    void resets() {
        sc_process_handle resetter = sc_spawn([this] {
            wait(period * 1.5);
            rst_n.write(false);
            wait(period * 10);
            rst_n.write(true);
        });
        Read p(PRERLO);
        transport(p);
        claim("a reset cuts the access", p.get_response_status() == tlm::TLM_GENERIC_ERROR_RESPONSE);
        sc_time before = sc_time_stamp();
        claim("the next one waits for the end of the reset and sees reset values", load(PRERLO) == 0xff && load(CTR) == 0);
        claim("... ten clocks later", sc_time_stamp() >= before + 10 * period);
        if (!resetter.terminated())
            wait(resetter.terminated_event());
    }

    void wires() {
        wait(clk.posedge_event());
        sc_time before = sc_time_stamp();
        pull_low.write(0x80); // read at the next edge; two flops in the chip; a register each way
        wait(int_n.negedge_event());
        claim("a pin pulled low shows, and pulls INT", pins.read() == 0x7f && sc_time_stamp() == before + 5 * period);
        claim("outputs change at rising edges, one delta cycle later", moves >= 2 && off_edge == 0);
    }
};

template <class Action> std::string error_of(Action action) {
    try {
        action();
    } catch (const sc_report &report) {
        return report.get_msg();
    }
    return "";
}

bool has(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

} // namespace

int sc_main(int argc, char **argv) {
    const char *sim_cfg = argc > 1 ? argv[1] : "sim.cfg";
    claim("a missing sim.cfg is an error", has(error_of([] { TwinwireBoard b("b", "nowhere.cfg"); }), "nowhere.cfg"));
    claim("a wrong override is an error", has(error_of([=] { TwinwireBoard b("b", sim_cfg, {"board.scl_hz=fast"}); }), "not a valid board"));
    claim("an output folder that cannot be is an error", has(error_of([=] { TwinwireBoard b("b", sim_cfg, {}, "/dev/null/out"); }), "/dev/null/out"));

    sc_clock clk("clk", period);
    sc_signal<bool> irq, int_n, rst_n;
    sc_signal<TwinwireBoard::Pins> pins, pull_low;
    TwinwireBoard board("board", sim_cfg);
    claim("a second board is an error", has(error_of([=] { TwinwireBoard b("b", sim_cfg); }), "already"));
    Tester tester("tester", &board);
    board.clk(clk), board.irq(irq), board.int_n(int_n), board.rst_n(rst_n), board.pins[0](pins), board.ext_low[0](pull_low);
    tester.bus.bind(board.registers);
    tester.clk(clk), tester.irq(irq), tester.int_n(int_n), tester.pins(pins), tester.rst_n(rst_n), tester.pull_low(pull_low);
    sc_start(1, SC_MS);

    std::FILE *nowhere = std::fopen("/dev/null", "w");
    claim("the board has passed", board.passed() && board.report(nowhere) == 0);
    std::fclose(nowhere);
    std::printf("%u passed, %u failed\n", passed, failed);
    return failed || !passed;
}
