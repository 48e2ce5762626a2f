#include "train/DeviceFailure.hh"

#include <fmt/format.h>

namespace caloforge::train {
namespace {

/// libtorch's own words, without the backtrace and the advice to programmers that follow.
std::string first_line(const c10::Error& error) {
    const std::string words = error.what_without_backtrace();
    return words.substr(0, words.find('\n'));
}

}  // namespace

std::string device_failure(const c10::Error& error, const std::string& device, const std::string& checkpoint,
                           const std::string& setting) {
    const bool full = dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr;
    std::string out = full ? fmt::format("the memory of `{}` is full ({}).", device, first_line(error))
                           : fmt::format("the training failed on `{}` ({}).", device, first_line(error));
    out += checkpoint.empty()
               ? " There is no checkpoint yet."
               : fmt::format(" The last checkpoint is {}: --resume goes on from it.", checkpoint);
    if (full)
        out += setting.empty() ? " A smaller training.batch?"
                               : fmt::format(" Set {}, or a smaller training.batch?", setting);
    else if (device != "cpu")
        out += " Is the device still there (nvidia-smi)?";
    return out;
}

}  // namespace caloforge::train
