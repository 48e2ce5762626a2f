#include "train/RunFolder.hh"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <sstream>

#include "core/AtomicFile.hh"
#include "core/Error.hh"

namespace caloforge::train {
namespace fs = std::filesystem;

using core::InputError;
using core::Json;

RunFolder::RunFolder(fs::path folder, std::size_t keep)
    : folder_(std::move(folder)), checkpoints_(folder_, keep) {}

std::optional<fs::path> RunFolder::begin(bool resume) const {
    const auto newest = checkpoints_.newest();
    if (resume && !newest)
        throw InputError(
            fmt::format("{} holds no checkpoint to resume from. Start a new training?", folder_.string()));
    if (!resume && newest) {
        throw InputError(fmt::format("{} holds a training already ({}). Resume it, or name another folder?",
                                     folder_.string(), newest->filename().string()));
    }
    return newest;
}

void RunFolder::open(const std::string& effective_config, std::uint64_t step) {
    fs::create_directories(folder_);
    const fs::path path = folder_ / "metrics.jsonl";
    std::string kept;
    if (step > 0 && fs::exists(path)) {
        std::istringstream in(core::read_text(path));
        for (std::string line; std::getline(in, line);) {
            const Json entry = Json::parse(line, nullptr, false);
            if (entry.is_object() && entry.value("step", UINT64_MAX) <= step) kept += line + "\n";
        }
    }
    core::write_text(path, kept);
    core::write_text(folder_ / "config.toml", effective_config);
    metrics_.open(path, std::ios::app);
}

void RunFolder::add_line(const Json& line) {
    metrics_ << line.dump() << "\n" << std::flush;
    if (!metrics_) throw core::RunError("cannot write metrics.jsonl. Is the disk full?");
}

void RunFolder::save(network::WeightsFile checkpoint, network::WeightsFile model, std::uint64_t step) {
    finish_saving();
    const auto both = std::make_shared<const std::pair<network::WeightsFile, network::WeightsFile>>(
        std::move(checkpoint), std::move(model));
    saving_ = std::async(std::launch::async, [this, both, step] {
        checkpoints_.write(both->first, step);
        both->second.write(this->model());
    });
}

void RunFolder::look_after_saving() {
    if (saving_.valid() && saving_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
        finish_saving();
}

void RunFolder::finish_saving() {
    if (saving_.valid()) saving_.get();
}

}  // namespace caloforge::train
