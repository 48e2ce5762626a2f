#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {
namespace {

// "width in x [mm]" without its unit: these metrics have their own.
std::string without_unit(const std::string& label) {
    return label.substr(0, label.rfind(" ["));
}

MetricInfo of_observable(const char* prefix, const char* kind, const char* what,
                         const std::string& observable, const std::string& label, double ideal,
                         Scaling scaling) {
    MetricInfo info;
    info.name = prefix + observable;
    info.title = what + without_unit(label);
    info.ideal = ideal;
    info.scaling = scaling;
    info.observable = observable;
    info.kind = kind;
    return info;
}

}  // namespace

MetricInfo correlation_mad() {
    return {.name = "correlation_mad", .title = "Correlations, mean absolute difference"};
}

MetricInfo frechet_distance_metric() {
    return {.name = "fpd", .title = "Fréchet physics distance", .scaling = Scaling::none};
}

MetricInfo classifier_auc(const std::string& what) {
    return {.name = "auc_" + what,
            .title = "Classifier on " + what + ", AUC",
            .ideal = 0.5,
            .scaling = Scaling::none};
}

MetricInfo classifier_jsd(const std::string& what) {
    return {.name = "jsd_" + what,
            .title = "Classifier on " + what + ", Jensen–Shannon divergence",
            .unit = "bit",
            .scaling = Scaling::none,
            .has_floor = false};
}

MetricInfo separation_of(const std::string& observable, const std::string& label) {
    return of_observable("separation_", "Separation", "Separation of ", observable, label, 0,
                         Scaling::quadratic);
}

MetricInfo wasserstein_of(const std::string& observable, const std::string& label) {
    return of_observable("wasserstein_", "Wasserstein", "Wasserstein distance of ", observable, label, 0,
                         Scaling::difference);
}

MetricInfo chi_square_of(const std::string& observable, const std::string& label) {
    return of_observable("chi2_ndf_", "χ²/ndf", "χ² per degree of freedom of ", observable, label, 0,
                         Scaling::none);
}

MetricInfo kolmogorov_p_of(const std::string& observable, const std::string& label) {
    MetricInfo info =
        of_observable("ks_p_", "KS p", "Kolmogorov–Smirnov p of ", observable, label, 1, Scaling::none);
    info.has_floor = false;
    return info;
}

}  // namespace caloforge::validate
