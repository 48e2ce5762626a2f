#include "study/BestCheckpoint.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "comm/Together.hh"
#include "core/AtomicFile.hh"
#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Suggest.hh"
#include "core/Timeline.hh"
#include "infer/Team.hh"
#include "network/WeightsFile.hh"
#include "study/GenerateTogether.hh"
#include "validate/MetricList.hh"
#include "validate/ShowerComparison.hh"

namespace caloforge::study {
namespace {

using core::Json;

constexpr std::uint64_t seed = 1;  ///< the same noise for every checkpoint: differences are the model's

// The metrics over all energies that a comparison without classifiers measures.
Json figures(const validate::Comparison& comparison) {
    Json out = Json::object();
    const std::string whole = comparison.range().label();
    for (const validate::Metric& metric : comparison.metrics()) {
        if (metric.range != whole || !metric.sums_up() || !metric.value) continue;
        out[metric.name] = {{"value", *metric.value},
                            {"uncertainty", metric.uncertainty ? Json(*metric.uncertainty) : Json()},
                            {"floor", metric.floor ? Json(*metric.floor) : Json()}};
    }
    return out;
}

data::ReadOptions read_options(const SelectionOptions& options) {
    data::ReadOptions read;
    read.scale = options.scale;
    read.energy_scale = options.energy_scale;
    read.scale_name = "`data.scale`";
    return read;
}

void check_metric(const std::string& name) {
    std::vector<std::string> names;
    for (const validate::MetricInfo& info : validate::summary_metrics()) names.push_back(info.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    throw core::UsageError(fmt::format("metric to select by, {}: the comparison has no such figure.{}", name,
                                       core::did_you_mean(name, names)));
}

}  // namespace

BestCheckpoint::BestCheckpoint(SelectionOptions options, std::filesystem::path folder,
                               comm::Communicator& communicator)
    : options_(std::move(options)), folder_(std::move(folder)), communicator_(communicator) {
    comm::together(communicator_, [&] {
        set_ = data::ShowerSet::glob(options_.data, read_options(options_));
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

void BestCheckpoint::look_at(std::uint64_t step) {
    const auto every = static_cast<std::uint64_t>(options_.every);
    if (step / every == looked_at_ / every) return;
    looked_at_ = step;
    Json found;
    try {
        found = validate_model(step);
    } catch (const std::exception& error) {  // of several ranks all meet it as one
        core::warning("step {} could not be validated: {}", step, error.what());
        return;
    }
    comm::together(communicator_, [&] {
        if (communicator_.first()) keep_if_best(step, found);
    });
}

void BestCheckpoint::keep_if_best(std::uint64_t step, const Json& found) {
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
        network::WeightsFile model = network::WeightsFile::read(folder_ / "model.safetensors");
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

Json BestCheckpoint::validate_model(std::uint64_t step) const {
    // The file that the first rank has written: others may not see its folder.
    const std::string model =
        comm::on_first(communicator_, [&] { return core::read_text(folder_ / "model.safetensors"); });
    std::optional<infer::Team> team;
    comm::together(communicator_, [&] {
        const core::timeline::Span span("load the model", "validation");
        infer::ModelOptions options;
        options.device = options_.device;
        options.threads = options_.threads;
        options.allow_extrapolation = true;
        team.emplace(
            infer::Model(network::WeightsFile::parse(model, fmt::format("the model of step {}", step)),
                         options),
            options_.threads);
    });
    const auto path = folder_ / fmt::format("validation-{}.tmp.h5", step);
    struct Remover {
        const std::filesystem::path& path;
        bool mine;
        ~Remover() {
            std::error_code ignored;
            if (mine) std::filesystem::remove(path, ignored);
        }
    };
    const Remover remover{path, communicator_.first()};
    study::generate_like(set_, seed, *team, path, communicator_);
    Json out;
    comm::together(communicator_, [&] {
        if (!communicator_.first()) return;
        const core::timeline::Span span("compare", "validation");
        validate::ShowerCompareOptions compare;
        compare.detector = &team->model().detector();
        compare.mip = team->model().detector().mip();
        compare.reference_name = "validation part";
        compare.candidate_name = fmt::format("step {}", step);
        out = figures(validate::compare_showers(set_, data::ShowerSet::open({path}), compare));
    });
    return out;
}

}  // namespace caloforge::study
