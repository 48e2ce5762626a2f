#include "model/CapturedWork.hh"

#include <stdexcept>

#ifdef CALOFORGE_TORCH_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace caloforge::model {

#ifdef CALOFORGE_TORCH_CUDA

struct CapturedWork::Impl {
    explicit Impl(torch::Device device) : stream(c10::cuda::getStreamFromPool(true, device.index())) {}

    c10::cuda::CUDAStream stream;
    at::cuda::CUDAGraph graph;
    int calls = 0;
};

struct CapturedWork::InOrder::Impl {
    explicit Impl(c10::cuda::CUDAStream stream) : guard(stream) {}
    c10::cuda::CUDAStreamGuard guard;
};

bool CapturedWork::possible(torch::Device device) {
    return device.is_cuda();
}

CapturedWork::CapturedWork(torch::Device device)
    : impl_(std::make_unique<Impl>(device.has_index() ? device : torch::Device(device.type(), 0))) {
    // The shapes are always the same: worth trying all kernels.
    at::globalContext().setBenchmarkCuDNN(true);
}

CapturedWork::InOrder::InOrder(const CapturedWork& work)
    : impl_(std::make_unique<Impl>(work.impl_->stream)) {}

void CapturedWork::operator()(const std::function<void()>& work) {
    constexpr int as_it_is = 3;
    const InOrder in_order(*this);
    if (impl_->calls < as_it_is) {
        ++impl_->calls;
        work();
        return;
    }
    if (impl_->calls == as_it_is) {
        ++impl_->calls;
        impl_->stream.synchronize();
        impl_->graph.capture_begin();
        work();
        impl_->graph.capture_end();
    }
    impl_->graph.replay();
}

#else

struct CapturedWork::Impl {};
struct CapturedWork::InOrder::Impl {};

bool CapturedWork::possible(torch::Device) {
    return false;
}
CapturedWork::CapturedWork(torch::Device) {
    throw std::logic_error("this Caloforge is built with a libtorch without CUDA");
}
CapturedWork::InOrder::InOrder(const CapturedWork&) {}
void CapturedWork::operator()(const std::function<void()>& work) {
    work();
}

#endif

CapturedWork::~CapturedWork() = default;
CapturedWork::CapturedWork(CapturedWork&&) noexcept = default;
CapturedWork& CapturedWork::operator=(CapturedWork&&) noexcept = default;
CapturedWork::InOrder::~InOrder() = default;

}  // namespace caloforge::model
