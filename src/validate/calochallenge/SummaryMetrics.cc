#include "validate/calochallenge/SummaryMetrics.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "validate/calochallenge/Evaluation.hh"

namespace caloforge::validate::calochallenge {
namespace {

constexpr const char* separation = "Separation power";

/// What is measured once per layer or energy.
constexpr std::pair<const char*, const char*> families[] = {
    {"layer_energy", "energies of the layers"},
    {"centre_eta", "centres in eta"},
    {"centre_phi", "centres in phi"},
    {"width_eta", "widths in eta"},
    {"width_phi", "widths in phi"},
    {"sparsity", "sparsities"},
    {"centre_r", "centres in r"},
    {"width_r", "widths in r"},
    {"e_tot_over_e_inc_at", "deposited over incident energy, at each energy"}};

MetricInfo info(std::string name, std::string title, double ideal = 0) {
    MetricInfo out;
    out.name = std::move(name);
    out.title = std::move(title);
    out.ideal = ideal;
    out.scaling = Scaling::none;
    out.has_floor = false;
    return out;
}

MetricInfo mean_metric(const char* group, const char* title) {
    return info(fmt::format("separation_{}_mean", group), fmt::format("{}, mean over {}", separation, title));
}

MetricInfo area_metric(const std::string& name) {
    return info("auc_" + name, "AUC of the classifier on " + name, 0.5);
}

MetricInfo divergence_metric(const std::string& name) {
    MetricInfo out = info("jsd_" + name, "Jensen-Shannon divergence, classifier on " + name);
    out.unit = "bit";
    return out;
}

}  // namespace

MetricInfo fpd_metric() {
    return info("fpd", "Fréchet physics distance");
}

MetricInfo kpd_metric() {
    return info("kpd", "Kernel physics distance");
}

std::vector<MetricInfo> summary_metrics() {
    std::vector<MetricInfo> out;
    for (const auto& [group, title] : families) out.push_back(mean_metric(group, title));
    out.push_back(fpd_metric());
    out.push_back(kpd_metric());
    for (const char* name : classifier_names) {
        out.push_back(area_metric(name));
        out.push_back(divergence_metric(name));
    }
    return out;
}

std::vector<Metric> separation_metrics(const std::vector<Histogram>& histograms) {
    std::vector<Metric> out;
    for (const Histogram& histogram : histograms) {
        Metric metric(
            info("separation_" + histogram.name, fmt::format("{}, {}", separation, histogram.title)));
        metric.observable = histogram.name;
        metric.kind = separation;
        const Outcome outcome = histogram.separation();
        metric.value = outcome.value;
        metric.reason = outcome.reason;
        out.push_back(std::move(metric));
    }
    for (const auto& [group, title] : families) {
        Metric mean(mean_metric(group, title));
        double sum = 0;
        std::size_t count = 0, members = 0;
        for (const Histogram& histogram : histograms) {
            if (histogram.group != group) continue;
            ++members;
            if (const auto value = histogram.separation().value) {
                sum += *value;
                ++count;
            }
        }
        if (members == 0) continue;
        if (count > 0) mean.value = sum / static_cast<double>(count);
        if (count < members) mean.reason = fmt::format("{} of {} have no value", members - count, members);
        out.push_back(std::move(mean));
    }
    return out;
}

std::vector<Metric> classifier_metrics(const SplitResult& result) {
    Metric area(area_metric(result.name)), divergence(divergence_metric(result.name));
    area.value = result.auc;
    area.uncertainty = result.auc_error;
    divergence.value = result.jsd;
    area.reason = divergence.reason = result.reason;
    return {std::move(area), std::move(divergence)};
}

}  // namespace caloforge::validate::calochallenge
