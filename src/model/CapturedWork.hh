#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace caloforge::model {

/// Work on a CUDA device that is recorded once, as a CUDA graph, and then started as a whole: thousands of
/// small kernels without the host between them. What the work reads and writes has to lie in the same tensors
/// every time, and it may not wait for the device (no item(), no copy from or to the host).
class CapturedWork {
  public:
    /// Whether this Caloforge is built with a libtorch for CUDA, and the device is one.
    static bool possible(torch::Device device);

    /// Throws std::logic_error where it is not possible.
    explicit CapturedWork(torch::Device device);
    ~CapturedWork();
    CapturedWork(CapturedWork&&) noexcept;
    CapturedWork& operator=(CapturedWork&&) noexcept;

    /// While it lives, this thread's work on the device is in the order of the captured: copies to what it
    /// reads belong here.
    class InOrder {
      public:
        explicit InOrder(const CapturedWork& work);
        ~InOrder();
        InOrder(const InOrder&) = delete;
        InOrder& operator=(const InOrder&) = delete;

      private:
        struct Impl;
        std::unique_ptr<Impl> impl_;
    };

    /// The first calls run `work` as it is, so that libraries choose their kernels; the next one records it
    /// and all from then on start what was recorded.
    void operator()(const std::function<void()>& work);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caloforge::model
