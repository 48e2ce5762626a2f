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

MetricInfo mean_worst() {
    return {.name = "mean_worst",
            .title = "Mean at equal conditions, most significant",
            .display = Display::percent};
}

MetricInfo width_worst() {
    return {.name = "width_worst",
            .title = "Spread at equal conditions, most significant",
            .display = Display::percent};
}

MetricInfo correlation_residual_mad() {
    return {.name = "correlation_residual_mad",
            .title = "Correlations at equal conditions, mean absolute difference"};
}

MetricInfo correlation_residual_worst() {
    return {.name = "correlation_residual_worst",
            .title = "Correlation at equal conditions, most significant",
            .display = Display::shift};
}

MetricInfo mean_of(const std::string& observable, const std::string& label) {
    MetricInfo info = of_observable("mean_", "Mean", "Mean at equal conditions of ", observable, label, 0,
                                    Scaling::difference);
    info.name += "_rel";
    info.display = Display::percent;
    return info;
}

MetricInfo mean_shift_of(const std::string& observable, const std::string& label) {
    MetricInfo info = of_observable("mean_", "Mean", "Mean at equal conditions, in standard deviations, of ",
                                    observable, label, 0, Scaling::difference);
    info.name += "_shift";
    info.display = Display::shift;
    return info;
}

MetricInfo width_of(const std::string& observable, const std::string& label) {
    MetricInfo info = of_observable("width_", "Spread", "Spread at equal conditions of ", observable, label,
                                    0, Scaling::difference);
    info.name += "_rel";
    info.display = Display::percent;
    return info;
}

MetricInfo frechet_distance_metric() {
    return {.name = "fpd", .title = "Fréchet physics distance", .scaling = Scaling::none};
}

MetricInfo duplicate_share() {
    return {.name = "duplicate_share",
            .title = "Share that another of the set repeats",
            .scaling = Scaling::none};
}

MetricInfo memorised_share() {
    return {
        .name = "memorised_share", .title = "Share that repeats a training sample", .scaling = Scaling::none};
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
