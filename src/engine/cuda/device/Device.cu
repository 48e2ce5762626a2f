#include "engine/cuda/device/Device.hh"

#include "engine/cuda/DeviceFacts.hh"
#include "engine/cuda/device/Check.cuh"

namespace caloforge::engine::cuda {
namespace {

DeviceFacts facts_here() {
    DeviceFacts facts;
    facts.runtime = CUDART_VERSION;
    if (cudaDriverGetVersion(&facts.driver) != cudaSuccess) facts.driver = 0;
    const cudaError_t status = cudaGetDeviceCount(&facts.count);
    if (status != cudaSuccess) {
        facts.count = 0;
        facts.problem = cudaGetErrorString(status);
        (void)cudaGetLastError();  // or the next call would report it
    }
    return facts;
}

}  // namespace

Device::Device(int number) : number_(number) {
    check_device(number, facts_here());
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, number), "asking what it is");
    name_ = properties.name;
    check_capability(number, {name_, properties.major, properties.minor});
    use();
}

void Device::use() const {
    check(cudaSetDevice(number_), "choosing the device");
}

std::size_t Device::free_bytes() const {
    std::size_t free = 0, all = 0;
    check(cudaMemGetInfo(&free, &all), "asking for its free memory");
    return free;
}

DeviceMemory::DeviceMemory(std::size_t bytes) : bytes_(bytes) {
    void* data = nullptr;
    check(cudaMalloc(&data, bytes), "taking memory");
    data_ = static_cast<std::byte*>(data);
}
DeviceMemory::~DeviceMemory() {
    if (data_) (void)cudaFree(data_);
}

PinnedMemory::PinnedMemory(std::size_t bytes) : bytes_(bytes) {
    void* data = nullptr;
    check(cudaMallocHost(&data, bytes), "taking memory of the host that it copies from and to");
    data_ = static_cast<std::byte*>(data);
}
PinnedMemory::~PinnedMemory() {
    if (data_) (void)cudaFreeHost(data_);
}

Stream::Stream() {
    check(cudaStreamCreateWithFlags(&handle_, cudaStreamNonBlocking), "making a stream");
}
Stream::~Stream() {
    (void)cudaStreamDestroy(handle_);
}
void Stream::copy_to_device(void* to, const void* pinned, std::size_t bytes) {
    check(cudaMemcpyAsync(to, pinned, bytes, cudaMemcpyHostToDevice, handle_), "copying to the device");
}
void Stream::copy_to_host(void* pinned, const void* from, std::size_t bytes) {
    check(cudaMemcpyAsync(pinned, from, bytes, cudaMemcpyDeviceToHost, handle_), "copying from the device");
}
void Stream::fill(void* to, int value, std::size_t bytes) {
    check(cudaMemsetAsync(to, value, bytes, handle_), "filling memory");
}
void Stream::wait(const Event& event) {
    check(cudaStreamWaitEvent(handle_, event.handle(), 0), "waiting for another stream");
}
void Stream::finish() {
    check(cudaStreamSynchronize(handle_), "computing");
}

Event::Event() {
    check(cudaEventCreateWithFlags(&handle_, cudaEventDisableTiming), "making an event");
}
Event::~Event() {
    (void)cudaEventDestroy(handle_);
}
void Event::record(Stream& stream) {
    check(cudaEventRecord(handle_, stream.handle()), "marking a stream");
}
void Event::wait() const {
    check(cudaEventSynchronize(handle_), "computing");
}

Graph::Graph(Stream& stream, const std::function<void()>& launches) {
    check(cudaStreamBeginCapture(stream.handle(), cudaStreamCaptureModeThreadLocal), "recording kernels");
    cudaGraph_t graph = nullptr;
    try {
        launches();
    } catch (...) {
        (void)cudaStreamEndCapture(stream.handle(), &graph);
        if (graph) (void)cudaGraphDestroy(graph);
        throw;
    }
    check(cudaStreamEndCapture(stream.handle(), &graph), "recording kernels");
    const cudaError_t status = cudaGraphInstantiate(&handle_, graph, 0);
    (void)cudaGraphDestroy(graph);
    check(status, "preparing kernels");
}
Graph::~Graph() {
    if (handle_) (void)cudaGraphExecDestroy(handle_);
}
void Graph::run(Stream& stream) const {
    check(cudaGraphLaunch(handle_, stream.handle()), "launching kernels");
}

}  // namespace caloforge::engine::cuda
