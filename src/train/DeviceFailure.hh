#pragma once

#include <torch/torch.h>

#include <string>

namespace caloforge::train {

/// What a training says when libtorch fails in a step: that the device's memory is full or that the device is
/// lost, what remains and how to go on. `checkpoint`: the last good one, or ""; `setting`: what would halve
/// the memory, or "".
std::string device_failure(const c10::Error& error, const std::string& device, const std::string& checkpoint,
                           const std::string& setting);

}  // namespace caloforge::train
