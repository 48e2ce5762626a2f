#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace caloforge::engine::cuda {

/// What a machine says about its CUDA devices. Versions as CUDA counts them: 1000 * major + 10 * minor.
struct DeviceFacts {
    int driver = 0;       ///< the newest CUDA that the driver knows; 0: there is no driver
    int runtime = 0;      ///< that this program was built with
    int count = 0;        ///< devices that this process sees
    std::string problem;  ///< what CUDA said when it was asked for them; empty: nothing
};
struct DeviceCapability {
    std::string name;
    int major = 0;
    int minor = 0;
};

/// The number of a device: 0 of "cuda", 1 of "cuda:1". Throws InputError for what names none.
int device_number(const std::string& name);

/// Throws InputError when device `number` cannot be used, with the reason: no driver, a driver older than
/// this CUDA, no device, fewer devices.
void check_device(int number, const DeviceFacts& facts);
/// The same for a device that is older than compute capability 8.0.
void check_capability(int number, const DeviceCapability& capability);

/// Throws RunError: what the GPU failed at, and CUDA's name and text for it.
[[noreturn]] void throw_device_error(const char* what, const char* name, const char* text, bool no_memory);

/// What a run's memory is made of, bytes.
struct MemoryNeed {
    std::size_t row = 0;  ///< for each row that is made at a time
    std::size_t fixed = 0;
    std::size_t bytes(std::size_t rows) const { return fixed + rows * row; }
};

/// How many rows are made at a time when `left` are wanted: the smallest of `sizes` (rising) that holds them
/// or the largest; fewer where `free` bytes do not hold so many. Throws RunError, saying how much is wanted
/// and how much there is, when not even the smallest fits.
std::size_t rows_at_a_time(std::size_t left, std::span<const std::size_t> sizes, const MemoryNeed& need,
                           std::size_t free, int device);

}  // namespace caloforge::engine::cuda
