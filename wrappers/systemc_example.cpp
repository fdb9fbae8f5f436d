// SPDX-License-Identifier: Apache-2.0
//
// A virtual platform in small: one processor, the board, and something outside that pulls a port pin.
//
//   systemc-example [SIM.CFG [PATH=VALUE]...]
//
// The processor's software sets up the controller, writes 0xa5 to the PCF8574 at 0x20, waits for its INT, reads the byte back; it waits by
// interrupt, never by polling. Exit code 0: all as expected, and no scoreboard of the board behind it has found anything wrong.
#include <cstdarg>

#include <tlm_utils/simple_initiator_socket.h>

#include "systemc_board.h"

using namespace sc_core;

namespace {

enum { PRERLO, PRERHI, CTR, TXR, RXR = TXR, CR, SR = CR };               // registers
enum { CTR_EN = 0x80, CTR_IEN = 0x40 };
enum { CR_STA = 0x80, CR_STO = 0x40, CR_RD = 0x20, CR_WR = 0x10, CR_NACK = 0x08, CR_IACK = 0x01 };
enum { SR_NACK = 0x80 };
enum { ADDRESS = 0x20, PRESCALE = 24 };                                   // 50 MHz / (5 * (24 + 1)) = 400 kHz

// The processor, with the software that it runs.
SC_MODULE(Processor) {
    tlm_utils::simple_initiator_socket<Processor> bus{"bus"};
    sc_in<bool> irq{"irq"}, int_n{"int_n"};
    sc_in<TwinwireBoard::Pins> pins{"pins"};
    sc_out<TwinwireBoard::Pins> pull_low{"pull_low"}; // what is wired to the port
    bool satisfied() const { return done && !wrong; }

    SC_CTOR(Processor) { SC_THREAD(software); }

private:
    bool done = false;
    unsigned wrong = 0;

    void software() {
        store(PRERLO, PRESCALE);
        store(PRERHI, 0);
        store(CTR, CTR_EN | CTR_IEN);
        log("controller set up, PRER = %u", PRESCALE);

        bool acknowledged = command(ADDRESS << 1, CR_STA | CR_WR) && command(0xa5, CR_WR | CR_STO);
        log("wrote 0xa5 to 0x%02x: %s", ADDRESS, acknowledged ? "acknowledged" : "not acknowledged");
        wait(5, SC_US); // the chip has 4 us
        expect("pins", pins.read(), 0xa5);

        pull_low.write(0x01);
        log("somebody pulls P0 low");
        wait(int_n.negedge_event());
        log("INT fell");

        expect("address acknowledged", command(ADDRESS << 1 | 1, CR_STA | CR_WR), true);
        command(0, CR_RD | CR_NACK | CR_STO);
        expect("byte read", load(RXR), 0xa4);
        expect("INT released", int_n.read(), true);
        done = true;
        sc_stop();
    }

    // Sends a command and sleeps until the controller's interrupt. Returns whether the byte was acknowledged.
    bool command(unsigned byte, unsigned cr) {
        store(TXR, byte);
        store(CR, cr);
        if (!irq.read())
            wait(irq.posedge_event());
        unsigned status = load(SR);
        store(CR, CR_IACK); // irq is low when this returns
        return !(status & SR_NACK);
    }

    void store(unsigned address, unsigned byte) { transfer(tlm::TLM_WRITE_COMMAND, address, byte); }
    unsigned load(unsigned address) { return transfer(tlm::TLM_READ_COMMAND, address, 0); }

    unsigned transfer(tlm::tlm_command what, unsigned address, unsigned byte) {
        auto data = static_cast<unsigned char>(byte);
        tlm::tlm_generic_payload p;
        p.set_command(what);
        p.set_address(address);
        p.set_data_ptr(&data);
        p.set_data_length(1);
        p.set_streaming_width(1);
        sc_time delay = SC_ZERO_TIME;
        bus->b_transport(p, delay);
        wait(delay);
        sc_assert(p.is_response_ok());
        return data;
    }

    void expect(const char *what, unsigned seen, unsigned expected) {
        log(seen == expected ? "%s: 0x%02x" : "%s: 0x%02x, and 0x%02x was expected", what, seen, expected);
        wrong += seen != expected;
    }

    __attribute__((format(printf, 2, 3))) void log(const char *format, ...) {
        va_list values;
        va_start(values, format);
        std::printf("%10.3f us  ", sc_time_stamp().to_seconds() * 1e6);
        std::vprintf(format, values);
        std::printf("\n");
        va_end(values);
    }
};

int platform(const char *sim_cfg, const std::vector<std::string> &sets) {
    // [README]
    sc_clock clk("clk", 20, SC_NS); // 50 MHz, as sim.cfg says
    sc_signal<bool> irq("irq"), int_n("int_n");
    sc_signal<TwinwireBoard::Pins> pins("pins"), pull_low("pull_low");
    TwinwireBoard board("board", sim_cfg, sets, "out/systemc-example");
    board.clk(clk), board.irq(irq), board.int_n(int_n);
    board.pins[0].bind(pins), board.ext_low[0].bind(pull_low); // target 0 is the first one of sim.cfg; what is not bound is open
    // [README]

    Processor processor("processor");
    processor.bus.bind(board.registers);
    processor.irq(irq), processor.int_n(int_n), processor.pins(pins), processor.pull_low(pull_low);
    sc_start(10, SC_MS);
    int code = board.report(stdout);
    if (!processor.satisfied())
        std::printf("  The software did not see what it expected.\n");
    return code ? code : !processor.satisfied();
}

} // namespace

int sc_main(int argc, char **argv) {
    try {
        return platform(argc > 1 ? argv[1] : "sim.cfg", std::vector<std::string>(argv + (argc > 1 ? 2 : argc), argv + argc));
    } catch (const sc_report &report) { // the board could not be made
        std::fprintf(stderr, "%s\n", report.what());
        return 2;
    }
}
