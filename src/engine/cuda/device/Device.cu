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

std::byte* OfDevice::take(std::size_t bytes) {
    void* data = nullptr;
    check(cudaMalloc(&data, bytes), "taking memory");
    return static_cast<std::byte*>(data);
}
void OfDevice::give_back(std::byte* data, std::size_t) noexcept {
    (void)cudaFree(data);
}

std::byte* Pinned::take(std::size_t bytes) {
    void* data = nullptr;
    check(cudaMallocHost(&data, bytes), "taking memory of the host that it copies from and to");
    return static_cast<std::byte*>(data);
}
void Pinned::give_back(std::byte* data, std::size_t) noexcept {
    (void)cudaFreeHost(data);
}

Stream::Stream() {
    check(cudaStreamCreateWithFlags(&handle_, cudaStreamNonBlocking), "making a stream");
}
Stream::~Stream() {
    (void)cudaStreamDestroy(handle_);
}
void Stream::add(const void* kernel, const Grid& grid, void** arguments) {
    check(cudaLaunchKernel(kernel, dim3(grid.blocks_x, grid.blocks_y), dim3(grid.threads_x, grid.threads_y),
                           arguments, 0, handle_),
          "launching a kernel");
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

namespace {

/// A graph that is being recorded, kernel by kernel.
class Recording : public KernelSink {
  public:
    Recording() { check(cudaGraphCreate(&graph_, 0), "recording kernels"); }
    ~Recording() override { (void)cudaGraphDestroy(graph_); }
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    /// What the next kernel waits for, by their numbers.
    void wait_for(std::span<const std::uint32_t> before) {
        before_.clear();
        for (const std::uint32_t number : before) before_.push_back(nodes_.at(number));
    }
    void add(const void* kernel, const Grid& grid, void** arguments) override {
        cudaKernelNodeParams node{};
        node.func = const_cast<void*>(kernel);
        node.gridDim = dim3(grid.blocks_x, grid.blocks_y);
        node.blockDim = dim3(grid.threads_x, grid.threads_y);
        node.kernelParams = arguments;
        nodes_.emplace_back();
        check(cudaGraphAddKernelNode(&nodes_.back(), graph_, before_.data(), before_.size(), &node),
              "recording a kernel");
    }
    cudaGraphExec_t ready() const {
        cudaGraphExec_t out = nullptr;
        check(cudaGraphInstantiate(&out, graph_, 0), "preparing kernels");
        return out;
    }

  private:
    cudaGraph_t graph_ = nullptr;
    std::vector<cudaGraphNode_t> nodes_;
    std::vector<cudaGraphNode_t> before_;
};

}  // namespace

Graph::Graph(std::span<const std::vector<std::uint32_t>> after,
             const std::function<void(std::size_t, KernelSink&)>& launch) {
    Recording recording;
    for (std::size_t i = 0; i < after.size(); ++i) {
        recording.wait_for(after[i]);
        launch(i, recording);
    }
    handle_ = recording.ready();
}
Graph::~Graph() {
    if (handle_) (void)cudaGraphExecDestroy(handle_);
}
void Graph::run(Stream& stream) const {
    check(cudaGraphLaunch(handle_, stream.handle()), "launching kernels");
}

}  // namespace caloforge::engine::cuda
