#pragma once

#include <cstring>
#include <functional>
#include <vector>

#include "engine/cuda/DeviceFacts.hh"
#include "engine/cuda/HostLaunch.hh"
#include "engine/cuda/device/Device.hh"
#include "engine/cuda/device/Kernels.hh"

// All that the engine uses of CUDA (device/Device.hh, device/Kernels.hh), on the host: for one file of a test
// program. Streams are as late as they may be: what is given to one is done when somebody waits for it, so
// that a wait that is missing is a wrong result.

struct CUstream_st {
    std::vector<std::function<void()>> works;
    std::size_t done = 0;

    void run_until(std::size_t count) {
        while (done < count) {
            const auto work = works[done++];
            work();
        }
    }
};
struct CUevent_st {
    CUstream_st* stream = nullptr;
    std::size_t place = 0;
};
struct CUgraphExec_st {
    std::vector<std::function<void()>> kernels;
};

namespace caloforge::engine::cuda {

namespace test {

/// Bytes that are free on the pretended device.
inline std::size_t pretended_memory = std::size_t{1} << 40;

/// Kernels as they are recorded.
struct Recording : KernelSink {
    void add(const void*, const Grid&, void**) override {}
    std::vector<std::function<void()>> kernels;
};

inline void take(KernelSink& sink, std::function<void()> kernel) {
    if (auto* stream = dynamic_cast<Stream*>(&sink))
        stream->handle()->works.push_back(std::move(kernel));
    else
        dynamic_cast<Recording&>(sink).kernels.push_back(std::move(kernel));
}

}  // namespace test

Device::Device(int number) : number_(number), name_("pretended") {
    check_device(number, {13000, 13000, 2, ""});
}
void Device::use() const {}
std::size_t Device::free_bytes() const {
    return test::pretended_memory;
}

std::byte* OfDevice::take(std::size_t bytes) {
    test::pretended_memory -= bytes;
    return Pinned::take(bytes);
}
void OfDevice::give_back(std::byte* data, std::size_t bytes) noexcept {
    test::pretended_memory += bytes;
    Pinned::give_back(data, bytes);
}
std::byte* Pinned::take(std::size_t bytes) {
    auto* data = new std::byte[bytes];
    std::memset(data, 0xFF, bytes);
    return data;
}
void Pinned::give_back(std::byte* data, std::size_t) noexcept {
    delete[] data;
}

Stream::Stream() : handle_(new CUstream_st) {}
Stream::~Stream() {
    delete handle_;
}
void Stream::add(const void*, const Grid&, void**) {}
void Stream::copy_to_device(void* to, const void* pinned, std::size_t bytes) {
    handle_->works.emplace_back([=] { std::memcpy(to, pinned, bytes); });
}
void Stream::copy_to_host(void* pinned, const void* from, std::size_t bytes) {
    handle_->works.emplace_back([=] { std::memcpy(pinned, from, bytes); });
}
void Stream::fill(void* to, int value, std::size_t bytes) {
    handle_->works.emplace_back([=] { std::memset(to, value, bytes); });
}
void Stream::wait(const Event& event) {
    if (event.handle()->stream == nullptr) return;
    handle_->works.emplace_back([that = *event.handle()] { that.stream->run_until(that.place); });
}
void Stream::finish() {
    handle_->run_until(handle_->works.size());
}

Event::Event() : handle_(new CUevent_st) {}
Event::~Event() {
    delete handle_;
}
void Event::record(Stream& stream) {
    *handle_ = {stream.handle(), stream.handle()->works.size()};
}
void Event::wait() const {
    if (handle_->stream) handle_->stream->run_until(handle_->place);
}

Graph::Graph(std::span<const std::vector<std::uint32_t>> after,
             const std::function<void(std::size_t, KernelSink&)>& record)
    : handle_(new CUgraphExec_st) {
    test::Recording recording;
    for (std::size_t i = 0; i < after.size(); ++i) record(i, recording);
    handle_->kernels = std::move(recording.kernels);
}
Graph::~Graph() {
    delete handle_;
}
void Graph::run(Stream& stream) const {
    for (const auto& kernel : handle_->kernels) stream.handle()->works.push_back(kernel);
}

void launch(const Launch& one, const Memory& memory, KernelSink& sink) {
    test::take(sink,
               [one, memory] { test::HostLaunch(memory, memory.rows % (4 * block_rows) == 0 ? 4 : 1)(one); });
}
void launch(const OutputWork& output, const Memory& memory, KernelSink& sink) {
    test::take(sink, [output, memory] { test::HostLaunch{memory}(output); });
}

}  // namespace caloforge::engine::cuda
