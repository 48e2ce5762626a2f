#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

// What of CUDA the engine uses, without CUDA's own headers. Everything throws RunError when CUDA reports a
// failure, with what was attempted.

struct CUstream_st;
struct CUevent_st;
struct CUgraphExec_st;

namespace caloforge::engine::cuda {

/// A device of this machine that is good enough.
class Device {
  public:
    /// Throws InputError (DeviceFacts.hh).
    explicit Device(int number);
    int number() const { return number_; }
    /// "NVIDIA H100 80GB HBM3"
    const std::string& name() const { return name_; }
    /// Makes it the device of the calling thread.
    void use() const;
    /// Bytes that are free now. The calling thread's device has to be this one.
    std::size_t free_bytes() const;

  private:
    int number_;
    std::string name_;
};

/// Memory of one kind, by who takes it and gives it back. Owns it; moves.
template <class Kind>
class OwnedMemory {
  public:
    OwnedMemory() = default;
    explicit OwnedMemory(std::size_t bytes) : data_(Kind::take(bytes)), bytes_(bytes) {}
    ~OwnedMemory() {
        if (data_) Kind::give_back(data_, bytes_);
    }
    OwnedMemory(OwnedMemory&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), bytes_(other.bytes_) {}
    OwnedMemory& operator=(OwnedMemory&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    template <class T = std::byte>
    T* at(std::size_t byte = 0) const {
        return reinterpret_cast<T*>(data_ + byte);
    }
    std::size_t bytes() const { return bytes_; }

  private:
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

struct OfDevice {
    static std::byte* take(std::size_t bytes);
    static void give_back(std::byte* data, std::size_t bytes) noexcept;
};
struct Pinned {
    static std::byte* take(std::size_t bytes);
    static void give_back(std::byte* data, std::size_t bytes) noexcept;
};
/// Of the calling thread's device.
using DeviceMemory = OwnedMemory<OfDevice>;
/// Of the host, that devices copy from and to while the host does something else.
using PinnedMemory = OwnedMemory<Pinned>;

class Event;

/// Blocks of threads, and threads of a block.
struct Grid {
    unsigned blocks_x, blocks_y;
    unsigned threads_x, threads_y;
};

/// Takes kernels.
class KernelSink {
  public:
    virtual ~KernelSink() = default;
    /// `arguments`: addresses, which are read at once.
    virtual void add(const void* kernel, const Grid& grid, void** arguments) = 0;
};

/// Work of the calling thread's device, done in the order given. Owns it.
class Stream : public KernelSink {
  public:
    Stream();
    ~Stream() override;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // These return at once.
    void add(const void* kernel, const Grid& grid, void** arguments) override;
    void copy_to_device(void* to, const void* pinned, std::size_t bytes);
    void copy_to_host(void* pinned, const void* from, std::size_t bytes);
    /// Every byte.
    void fill(void* to, int value, std::size_t bytes);
    /// What comes after waits until the event has happened.
    void wait(const Event& event);

    /// Returns when all of it is done. Throws RunError when any of it failed.
    void finish();

    CUstream_st* handle() const { return handle_; }

  private:
    CUstream_st* handle_ = nullptr;
};

/// A point in a stream. Owns it.
class Event {
  public:
    Event();
    ~Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    void record(Stream& stream);
    /// Returns when the stream has come there; at once where it was never recorded.
    void wait() const;
    CUevent_st* handle() const { return handle_; }

  private:
    CUevent_st* handle_ = nullptr;
};

/// Kernels that are launched together. Owns what was recorded; moves.
class Graph {
  public:
    Graph() = default;
    /// Records, without running it, the kernel that launch(i, sink) gives for every i in `after`, which waits
    /// for those of after[i], before it.
    Graph(std::span<const std::vector<std::uint32_t>> after,
          const std::function<void(std::size_t, KernelSink&)>& launch);
    ~Graph();
    Graph(Graph&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Graph& operator=(Graph&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    void run(Stream& stream) const;

  private:
    CUgraphExec_st* handle_ = nullptr;
};

}  // namespace caloforge::engine::cuda
