#include "train/Checkpoint.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::train {
namespace fs = std::filesystem;
namespace {
constexpr const char* prefix = "checkpoint-";
constexpr const char* suffix = ".safetensors";
}  // namespace

core::Json TrainState::json() const {
    return {{"step", step},
            {"epoch", position.epoch},
            {"batch", position.batch},
            {"seconds", seconds},
            {"ranks", ranks}};
}

TrainState TrainState::from_json(const core::Json& json) {
    try {
        return {json.at("step").get<std::uint64_t>(),
                {json.at("epoch").get<std::uint64_t>(), json.at("batch").get<std::uint64_t>()},
                json.at("seconds").get<double>(),
                json.value("ranks", std::size_t{1})};
    } catch (const core::Json::exception& error) {
        throw core::InputError(fmt::format(
            "the checkpoint does not say where the training stands ({}). Is it a checkpoint?", error.what()));
    }
}

std::vector<fs::path> CheckpointFolder::list() const {
    std::vector<fs::path> out;
    if (!fs::is_directory(folder_)) return out;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(suffix)) out.push_back(entry.path());
    }
    // Steps are written with leading zeros, so that names sort like numbers.
    std::sort(out.begin(), out.end());
    return out;
}

std::optional<fs::path> CheckpointFolder::newest() const {
    const auto all = list();
    return all.empty() ? std::nullopt : std::optional(all.back());
}

fs::path CheckpointFolder::path(std::uint64_t step) const {
    return folder_ / fmt::format("{}{:09}{}", prefix, step, suffix);
}

fs::path CheckpointFolder::write(const network::WeightsFile& file, std::uint64_t step) const {
    const fs::path written = path(step);
    file.write(written);
    auto all = list();
    for (std::size_t i = 0; i + keep_ < all.size(); ++i) fs::remove(all[i]);
    return written;
}

}  // namespace caloforge::train
