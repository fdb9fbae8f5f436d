// SPDX-License-Identifier: Apache-2.0
#include "verilator_engine.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <unistd.h>

#include "Vtb_top.h"
#include "verilated.h"
#include "verilated_vcd_c.h"

namespace {

// A VCD file that remembers a failed write instead of ending the program, so that a full disk leaves a complete report, and a
// waveform that ends with a whole line.
class WaveFile final : public VerilatedVcdFile {
public:
    int error() const { return error_; } // errno of the first write that failed, 0: none
    ssize_t write(const char *buf, ssize_t len) override {
        for (ssize_t done = 0; !error_ && done < len;) {
            ssize_t put = ::write(fd_, buf + done, static_cast<size_t>(len - done));
            if (put < 0) {
                error_ = errno == EINTR || errno == EAGAIN ? 0 : errno;
                continue;
            }
            for (ssize_t at = put; at > 0; at--) {
                if (buf[done + at - 1] == '\n') {
                    whole_lines_ = size_ + at;
                    break;
                }
            }
            size_ += put;
            done += put;
        }
        return len;
    }
    bool open(const std::string &name) VL_MT_UNSAFE override {
        file_ = std::fopen(name.c_str(), "w");
        fd_ = file_ ? fileno(file_) : -1;
        return file_ != nullptr;
    }
    void close() VL_MT_UNSAFE override {
        if (file_ && error_ && ::ftruncate(fd_, whole_lines_) != 0)
            std::fprintf(stderr, "twinwire: the waveform ends in the middle of a line\n");
        if (file_ && std::fclose(file_) != 0 && !error_)
            error_ = errno;
        file_ = nullptr;
    }

private:
    std::FILE *file_ = nullptr;
    int fd_ = -1, error_ = 0;
    off_t size_ = 0, whole_lines_ = 0;
};

struct Engine {
    VerilatedContext context;
    std::unique_ptr<Vtb_top> top;
    std::unique_ptr<WaveFile> file;
    std::unique_ptr<VerilatedVcdC> vcd;
    uint64_t clock_hz = 1;
};

void run(void *ctx, board *b, uint64_t until) {
    Engine *e = static_cast<Engine *>(ctx);
    Vtb_top *top = e->top.get();
    if (!e->vcd) {
        while (b->clk < until && b->stop == BOARD_GO) {
            top->clk_i = 1;
            top->eval();
            top->clk_i = 0;
            top->eval();
        }
        return;
    }
    while (b->clk < until && b->stop == BOARD_GO) {
        // The edge that ends sample n is where sample n + 1 begins: times in the waveform are those of the records.
        uint64_t now = record_time_ps(b->clk + 1, e->clock_hz), next = record_time_ps(b->clk + 2, e->clock_hz);
        top->clk_i = 1;
        top->eval();
        e->vcd->dump(now);
        top->clk_i = 0;
        top->eval();
        e->vcd->dump(now + (next - now) / 2);
    }
}

int waves(void *ctx, const char *name) {
    Engine *e = static_cast<Engine *>(ctx);
    int error = 0;
    if (e->vcd) {
        e->vcd->close();
        error = e->file->error();
        e->vcd.reset();
        e->file.reset();
    }
    e->top->trace_i = name != nullptr;
    if (name) {
        e->file = std::make_unique<WaveFile>();
        e->vcd = std::make_unique<VerilatedVcdC>(e->file.get());
        e->top->trace(e->vcd.get(), 99);
        errno = 0;
        e->vcd->open(name);
        if (!e->vcd->isOpen()) {
            error = errno ? errno : EIO;
            e->vcd.reset();
            e->file.reset();
        }
    }
    return error;
}

} // namespace

engine verilator_engine_new(board *b) {
    Engine *e = new Engine;
    e->context.threads(1); // or it starts one a core, to do nothing, and a forked copy of the run would lack them
    e->context.randSeed(1); // nothing uses it; without a seed it would not be fixed
    e->context.traceEverOn(true);
    e->context.timeunit(-12);
    e->context.timeprecision(-12);
    e->top = std::make_unique<Vtb_top>(&e->context);
    e->clock_hz = b->shape.clock_hz;
    e->top->clk_i = 0;
    e->top->eval();
    return engine{e, run, waves};
}

void verilator_engine_delete(engine *e) {
    Engine *own = static_cast<Engine *>(e->ctx);
    own->top->final();
    delete own;
    e->ctx = nullptr;
}
