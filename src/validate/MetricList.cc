#include "validate/MetricList.hh"

#include <algorithm>

#include "validate/shower/ShowerMetrics.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {

std::vector<MetricInfo> summary_metrics() {
    std::vector<MetricInfo> out;
    for (const ShowerMetric& metric : shower_metrics()) out.push_back(metric.info);
    out.push_back(correlation_mad());
    for (const MetricInfo& info :
         {mean_worst(), width_worst(), correlation_residual_mad(), correlation_residual_worst()})
        out.push_back(info);
    out.push_back(duplicate_share());
    out.push_back(memorised_share());
    out.push_back(frechet_distance_metric());
    return out;
}

std::vector<MetricInfo> classifier_metrics() {
    std::vector<MetricInfo> out;
    for (const char* what : {"observables", "cells"}) {
        out.push_back(classifier_auc(what));
        out.push_back(classifier_jsd(what));
    }
    return out;
}

const MetricInfo* find_metric(const std::string& name) {
    static const std::vector<MetricInfo> all = [] {
        std::vector<MetricInfo> list = summary_metrics();
        for (const MetricInfo& info : classifier_metrics()) list.push_back(info);
        return list;
    }();
    const auto place =
        std::find_if(all.begin(), all.end(), [&](const MetricInfo& info) { return info.name == name; });
    return place == all.end() ? nullptr : &*place;
}

}  // namespace caloforge::validate
