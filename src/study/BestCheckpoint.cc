#include "study/BestCheckpoint.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "comm/Together.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Suggest.hh"
#include "study/ClosingComparison.hh"
#include "study/CompareModel.hh"
#include "validate/MetricList.hh"

namespace caloforge::study {
namespace {

using core::Json;

void check_metric(const std::string& name) {
    std::vector<std::string> names;
    for (const validate::MetricInfo& info : validate::summary_metrics()) names.push_back(info.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    throw core::UsageError(fmt::format("metric to select by, {}: the comparison has no such figure.{}", name,
                                       core::did_you_mean(name, names)));
}

}  // namespace

BestCheckpoint::BestCheckpoint(SelectionOptions options, data::ShowerSet held_out,
                               std::filesystem::path folder, comm::Communicator& communicator)
    : options_(std::move(options)),
      folder_(std::move(folder)),
      communicator_(communicator),
      set_(std::move(held_out)) {
    comm::together(communicator_, [&] {
        if (communicator_.first()) fingerprint_ = set_.fingerprint();
        check_metric(options_.metric);
    });
    looked_at_ = std::stoull(comm::on_first(communicator_, [&] {
        look_back();
        return std::to_string(looked_at_);
    }));
}

void BestCheckpoint::look_back() {
    const auto path = folder_ / "validation.jsonl";
    if (!std::filesystem::exists(path)) return;
    std::istringstream lines(core::read_text(path));
    for (std::string line; std::getline(lines, line);) {
        const Json entry = Json::parse(line, nullptr, false);
        if (!entry.is_object()) continue;
        looked_at_ = std::max(looked_at_, entry.value("step", std::uint64_t{0}));
        if (entry.value("best", false))
            best_ = {{"step", entry["step"]}, {"metric", entry["metric"]}, {"value", entry["value"]}};
    }
}

void BestCheckpoint::look_at(std::uint64_t step, const network::WeightsFile& model) {
    const auto every = static_cast<std::uint64_t>(options_.every);
    if (step / every == looked_at_ / every) return;
    looked_at_ = step;
    Json found;
    try {
        found = validate_model(step, model);
    } catch (const std::exception& error) {  // of several ranks all meet it as one
        core::warning("step {} could not be validated: {}", step, error.what());
        return;
    }
    comm::together(communicator_, [&] {
        if (communicator_.first()) keep_if_best(step, found, model);
    });
}

void BestCheckpoint::keep_if_best(std::uint64_t step, const Json& found, network::WeightsFile model) {
    if (!found.contains(options_.metric)) {
        // A generator at its beginning may make empty showers, of which little can be told.
        core::warning("step {} could not be validated: {} cannot be told", step, options_.metric);
        return;
    }
    const double value = found[options_.metric]["value"];
    const double ideal = validate::find_metric(options_.metric)->ideal;
    const bool better = best_.is_null() || best_["metric"] != options_.metric ||
                        std::abs(value - ideal) < std::abs(best_["value"].get<double>() - ideal);
    if (better) {
        best_ = {{"step", step}, {"metric", options_.metric}, {"value", value}};
        model.document["validation"] = {{"step", step},
                                        {"data_fingerprint", fingerprint_},
                                        {"showers", set_.size()},
                                        {"selected_by", options_.metric},
                                        {"metrics", found}};
        model.write(folder_ / "best.safetensors");
    }
    const Json line = {
        {"step", step}, {"metric", options_.metric}, {"value", value}, {"best", better}, {"metrics", found}};
    const auto path = folder_ / "validation.jsonl";
    const std::string before = std::filesystem::exists(path) ? core::read_text(path) : "";
    core::write_text(path, before + core::to_text(line) + "\n");
    core::info("step {}: {} = {:.4g}{}", step, options_.metric, value,
               better ? ", the best so far: best.safetensors"
                      : fmt::format(" (best: {:.4g} at step {})", best_["value"].get<double>(),
                                    best_["step"].get<std::uint64_t>()));
}

Json BestCheckpoint::validate_model(std::uint64_t step, const network::WeightsFile& model) const {
    const auto comparison = compare_model(set_, model,
                                          {.folder = folder_,
                                           .name = fmt::format("the model of step {}", step),
                                           .device = options_.device,
                                           .threads = options_.threads},
                                          communicator_);
    return comparison ? figures(*comparison) : Json();
}

}  // namespace caloforge::study
