#include "train/RunFolder.hh"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <sstream>

#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"

namespace caloforge::train {
namespace fs = std::filesystem;

using core::InputError;
using core::Json;

RunFolder::RunFolder(fs::path folder, std::size_t keep)
    : folder_(std::move(folder)), checkpoints_(folder_, keep) {}

std::optional<fs::path> RunFolder::begin(bool resume, bool owner) {
    if (owner) lock_.emplace(folder_ / "training.lock", folder_.string());
    auto all = checkpoints_.list();
    if (resume && all.empty())
        throw InputError(
            fmt::format("{} holds no checkpoint to resume from. Start a new training?", folder_.string()));
    if (!resume && !all.empty()) {
        throw InputError(fmt::format("{} holds a training already ({}). Resume it, or name another folder?",
                                     folder_.string(), all.back().filename().string()));
    }
    std::string problem;
    for (; !all.empty(); all.pop_back()) {
        try {
            network::WeightsFile::read(all.back());
            return all.back();
        } catch (const InputError& error) {
            if (problem.empty()) problem = error.what();
            damaged_.push_back(all.back());
            if (all.size() > 1) core::warning("{} Going on from the checkpoint before it.", error.what());
        }
    }
    if (resume) throw InputError(problem);
    return std::nullopt;
}

void RunFolder::open(const std::string& effective_config, std::uint64_t step) {
    fs::create_directories(folder_);
    for (const fs::path& path : damaged_) fs::rename(path, path.string() + ".damaged");
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
    metrics_ << core::to_text(line) << "\n" << std::flush;
    if (!metrics_) throw core::RunError("cannot write metrics.jsonl. Is the disk full?");
}

void RunFolder::save(network::WeightsFile checkpoint, std::optional<network::WeightsFile> model,
                     std::uint64_t step) {
    finish_saving();
    const auto both =
        std::make_shared<const std::pair<network::WeightsFile, std::optional<network::WeightsFile>>>(
            std::move(checkpoint), std::move(model));
    saving_ = std::async(std::launch::async, [this, both, step] {
        // A checkpoint says which model was the best so far: that one is there before it.
        if (both->second) both->second->write(this->model());
        checkpoints_.write(both->first, step);
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
