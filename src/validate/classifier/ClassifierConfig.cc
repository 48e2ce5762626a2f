#include "validate/classifier/ClassifierConfig.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

void require(bool good, const char* field, const char* wanted) {
    if (!good) throw core::InputError(fmt::format("`classifier.{}` must be {}.", field, wanted));
}

}  // namespace

std::size_t ClassifierConfig::seeds_for(std::size_t samples) const {
    return samples > many_samples ? std::min<std::size_t>(seeds, 2) : seeds;
}

std::size_t ClassifierConfig::patience_for(std::size_t steps) const {
    constexpr std::size_t least = 3;
    return std::min(patience, std::max(least, (patience_steps + steps - 1) / steps));
}

void ClassifierConfig::check() const {
    constexpr std::size_t most = 64;
    require(width >= 1, "width", "1 or more");
    require(hidden_layers <= most / 4, "hidden_layers", "at most 16");
    require(learning_rate > 0 && learning_rate < 1, "learning_rate", "between 0 and 1");
    require(batch >= 1, "batch", "1 or more");
    require(max_epochs >= 1, "max_epochs", "1 or more");
    require(patience >= 1, "patience", "1 or more");
    require(folds >= 2 && folds <= 10, "folds", "2 to 10");
    require(validation_share >= 0.05 && validation_share <= 0.5, "validation_share", "0.05 to 0.5");
    require(seeds >= 1 && seeds <= most, "seeds", "1 to 64");
    require(curve_seeds >= 1 && curve_seeds <= most, "curve_seeds", "1 to 64");
    require(max_samples >= classifier_needs, "max_samples", "50 or more");
    for (const double share : curve) require(share > 0 && share < 1, "curve", "shares between 0 and 1");
}

core::Json ClassifierConfig::json() const {
    return {{"width", width},
            {"hidden_layers", hidden_layers},
            {"learning_rate", learning_rate},
            {"batch", batch},
            {"least_steps", least_steps},
            {"max_epochs", max_epochs},
            {"patience", patience},
            {"patience_steps", patience_steps},
            {"folds", folds},
            {"validation_share", validation_share},
            {"seeds", seeds},
            {"many_samples", many_samples},
            {"seed", seed},
            {"max_showers", max_samples},
            {"curve", curve},
            {"curve_seeds", curve_seeds},
            {"as_published", as_published},
            {"threads", threads}};
}

ClassifierConfig reference_classifier() {
    ClassifierConfig config;
    config.width = 2048;
    config.hidden_layers = 2;
    config.learning_rate = 2e-4;
    config.batch = 1000;
    config.least_steps = 1;
    config.max_epochs = 50;
    config.patience = 10;
    return config;
}

}  // namespace caloforge::validate
