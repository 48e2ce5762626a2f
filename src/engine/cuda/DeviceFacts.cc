#include "engine/cuda/DeviceFacts.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/Error.hh"

namespace caloforge::engine::cuda {
namespace {

std::string version(int number) {
    return fmt::format("{}.{}", number / 1000, number % 1000 / 10);
}

std::string size(std::size_t bytes) {
    const double mib = static_cast<double>(bytes) / (1 << 20);
    return mib < 1024 ? fmt::format("{:.1f} MiB", mib) : fmt::format("{:.1f} GiB", mib / 1024);
}

}  // namespace

int device_number(const std::string& name) {
    constexpr std::string_view word = "cuda";
    if (name == word) return 0;
    int number = -1;
    if (name.starts_with("cuda:")) {
        const char *begin = name.data() + word.size() + 1, *end = name.data() + name.size();
        const auto read = std::from_chars(begin, end, number);
        if (read.ec == std::errc() && read.ptr == end && number >= 0) return number;
    }
    throw core::InputError(fmt::format("device `{}` is no device. Use cpu, cuda or cuda:1?", name));
}

void check_device(int number, const DeviceFacts& facts) {
    const auto fail = [&](const std::string& why) {
        throw core::InputError(fmt::format("device `cuda:{}` cannot be used: {}", number, why));
    };
    if (facts.driver == 0) fail("this machine has no NVIDIA driver. Compute on the CPU (device `cpu`)?");
    if (facts.driver < facts.runtime && facts.count == 0) {
        fail(fmt::format(
            "the NVIDIA driver is too old (it knows CUDA {}, this program was built with CUDA {}). "
            "Update the driver, or compute on the CPU?",
            version(facts.driver), version(facts.runtime)));
    }
    if (facts.count == 0) {
        fail(fmt::format("this process sees no CUDA device ({}). Is CUDA_VISIBLE_DEVICES right?",
                         facts.problem.empty() ? "there is none" : facts.problem));
    }
    if (number >= facts.count) {
        fail(facts.count == 1
                 ? std::string("this process sees one CUDA device. Use cuda:0?")
                 : fmt::format("this process sees {} CUDA devices. Use one of cuda:0 to cuda:{}?",
                               facts.count, facts.count - 1));
    }
}

void check_capability(int number, const DeviceCapability& capability) {
    if (capability.major >= 8) return;
    throw core::InputError(
        fmt::format("device `cuda:{}` cannot be used: it is too old ({}, of compute capability {}.{}, where "
                    "8.0 is wanted). Compute on the CPU, or through libtorch?",
                    number, capability.name, capability.major, capability.minor));
}

void throw_device_error(const char* what, const char* name, const char* text, bool no_memory) {
    throw core::RunError(fmt::format("the GPU failed while {} ({}: {}). {}", what, name, text,
                                     no_memory ? "Is its memory taken by something else? Use fewer threads?"
                                               : "Is the device lost or damaged?"));
}

std::size_t rows_at_a_time(std::size_t left, std::span<const std::size_t> sizes, const MemoryNeed& need,
                           std::size_t free, int device) {
    auto size_of =
        std::find_if(sizes.begin(), sizes.end() - 1, [&](std::size_t rows) { return rows >= left; });
    while (need.bytes(*size_of) > free) {
        if (size_of == sizes.begin()) {
            throw core::RunError(fmt::format(
                "device `cuda:{}` has too little memory ({} samples at a time, the fewest, need {}; {} "
                "are free). Use fewer threads, or stop what else runs on it?",
                device, *size_of, size(need.bytes(*size_of)), size(free)));
        }
        --size_of;
    }
    return *size_of;
}

}  // namespace caloforge::engine::cuda
