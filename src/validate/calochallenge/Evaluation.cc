#include "validate/calochallenge/Evaluation.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"
#include "core/Log.hh"
#include "validate/calochallenge/ClassifierFeatures.hh"
#include "validate/calochallenge/SummaryMetrics.hh"
#include "validate/statistics/KernelDistance.hh"

namespace caloforge::validate::calochallenge {
namespace {

/// evaluate.py's, which calls JetNet with these.
constexpr std::size_t frechet_min_samples = 10'000, kernel_batch = 10'000;

std::string energy_label(const FeatureTable& reference, const FeatureTable& candidate) {
    const auto [low_r, high_r] = std::ranges::minmax(reference.incident);
    const auto [low_c, high_c] = std::ranges::minmax(candidate.incident);
    return fmt::format("{:.4g}:{:.4g}", std::min(low_r, low_c) / mev_per_gev,
                       std::max(high_r, high_c) / mev_per_gev);
}

/// Both sets while they are compared.
class Evaluator {
  public:
    Evaluator(const data::ShowerSet& reference, const data::ShowerSet& candidate,
              const EvaluationOptions& options, Evaluation& out)
        : reference_(reference),
          candidate_(candidate),
          options_(options),
          out_(out),
          features_(binning_of(out.set, reference.readout())),
          reference_table_(feature_table(reference, features_, out.set.cut, out.reference.name)),
          candidate_table_(feature_table(candidate, features_, out.set.cut, out.candidate.name)) {
        check_comparable(out.set, reference_table_, candidate_table_, out.reference, out.candidate);
        out.energy = energy_label(reference_table_, candidate_table_);
    }

    void separate() {
        out_.histograms = feature_histograms(out_.set, reference_table_, candidate_table_);
        Histogram voxels = voxel_histogram(out_.set, reference_table_.largest_voxel);
        if (voxels.reference) {
            count_voxels(reference_, out_.set.cut, out_.reference.name, *voxels.reference);
            count_voxels(candidate_, out_.set.cut, out_.candidate.name, *voxels.candidate);
        }
        out_.histograms.push_back(std::move(voxels));
        for (Metric& metric : separation_metrics(out_.histograms)) add(std::move(metric));
    }

    void measure_distances() {
        const FeatureMatrix reference = observable_columns(reference_table_),
                            candidate = observable_columns(candidate_table_);
        const auto put = [&](MetricInfo info, const FrechetOutcome& outcome) {
            Metric metric{std::move(info)};
            metric.value = outcome.value;
            metric.uncertainty = outcome.error;
            metric.reason = outcome.reason;
            add(std::move(metric));
        };
        FrechetOptions frechet;
        frechet.min_samples = frechet_min_samples;
        frechet.small_sets = true;
        frechet.seed = options_.seed;
        const std::size_t fewest = std::min(reference.rows(), candidate.rows());
        if (fewest < frechet_min_samples) {
            core::warning(
                "fpd and kpd draw batches of {} and more showers from {}, again and again the same: they are "
                "larger than those of many showers.",
                frechet_min_samples, fewest);
        }
        core::info("fpd ...");
        put(fpd_metric(),
            frechet_physics_distance(reference.values, candidate.values, reference.columns, frechet));
        KernelOptions kernel;
        kernel.batch_size = kernel_batch;
        kernel.seed = options_.seed;
        core::info("kpd ...");
        put(kpd_metric(),
            kernel_physics_distance(reference.values, candidate.values, reference.columns, kernel));
    }

    void classify(const std::string& name) {
        const bool residual = name == "resnet";
        const Judge* judge = residual ? options_.residual : options_.network;
        SplitResult result;
        if (residual && out_.set.has_steps()) {
            result.reason =
                "evaluate.py has no such network for data set 1, whose layers are binned differently";
        } else if (judge == nullptr) {
            result.reason = options_.missing;
        } else {
            const auto [reference, candidate] = columns(name);
            ClassifierConfig config = options_.config;
            config.seed = options_.seed;
            config.word = "showers";
            if (residual) config.picture = picture();
            const auto number = static_cast<std::uint64_t>(std::ranges::find(classifier_names, name) -
                                                           std::begin(classifier_names));
            result = classify_split(reference, candidate, out_.set, config, *judge, number,
                                    [&](std::size_t epoch, double loss) {
                                        if (options_.on_epoch)
                                            options_.on_epoch(name, epoch, config.max_epochs, loss);
                                    });
        }
        result.name = name;
        for (Metric& metric : classifier_metrics(result)) add(std::move(metric));
        out_.classifiers.push_back(std::move(result));
    }

  private:
    std::pair<FeatureMatrix, FeatureMatrix> columns(const std::string& name) const {
        if (name == "observables")
            return {observable_columns(reference_table_), observable_columns(candidate_table_)};
        const std::string reference = "cells of the " + out_.reference.name,
                          candidate = "cells of the " + out_.candidate.name;
        if (name != "cells_normed")
            return {cell_columns(reference_, out_.set.cut, reference),
                    cell_columns(candidate_, out_.set.cut, candidate)};
        NormedCells first = normed_cell_columns(reference_, reference_table_, features_, reference);
        NormedCells second = normed_cell_columns(candidate_, candidate_table_, features_, candidate);
        if (first.layers_below_cut + second.layers_below_cut > 0) {
            core::warning(
                "{} and {} layers of the {} and the {} hold energy below the cut alone: evaluate.py divides "
                "it by 1e-16, and cells_normed tells the sets by that. Cut the files at {:.4g} MeV first?",
                first.layers_below_cut, second.layers_below_cut, out_.reference.name, out_.candidate.name,
                out_.set.cut);
        }
        return {std::move(first.matrix), std::move(second.matrix)};
    }

    std::array<std::size_t, 3> picture() const {
        const auto extents = *reference_.readout().extents();
        return {extents.nz, extents.ny, extents.nx};
    }

    void add(Metric metric) {
        metric.range = out_.energy;
        metric.n_reference = out_.reference_showers;
        metric.n_candidate = out_.candidate_showers;
        out_.metrics.push_back(std::move(metric));
    }

    const data::ShowerSet &reference_, &candidate_;
    const EvaluationOptions& options_;
    Evaluation& out_;
    HighLevelFeatures features_;
    FeatureTable reference_table_, candidate_table_;
};

}  // namespace

const Metric* Evaluation::find(const std::string& name) const {
    const auto found = std::ranges::find(metrics, name, &Metric::name);
    return found == metrics.end() ? nullptr : &*found;
}

Evaluation evaluate(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                    const ReadAs& as_reference, const ReadAs& as_candidate,
                    const EvaluationOptions& options) {
    Evaluation out;
    out.set = common_data_set(reference, candidate, as_reference, as_candidate);
    out.reference = as_reference;
    out.candidate = as_candidate;
    out.reference_showers = reference.size();
    out.candidate_showers = candidate.size();
    out.seed = options.seed;
    Evaluator evaluator(reference, candidate, options, out);
    evaluator.separate();
    if (options.distances) evaluator.measure_distances();
    for (const std::string& name : options.classifiers) evaluator.classify(name);
    return out;
}

}  // namespace caloforge::validate::calochallenge
