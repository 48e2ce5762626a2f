#include "network/TrainedEnergies.hh"

#include <fmt/format.h>

#include "core/Error.hh"

namespace caloforge::network {
namespace {

double bound(const core::Json& document, const char* key) {
    const auto found =
        document.value(core::Json::json_pointer(std::string("/conditions/energy/") + key), core::Json());
    if (!found.is_number() || !(found.get<double>() > 0)) {
        throw core::InputError(
            fmt::format("the model's document has no usable conditions.energy.{} (GeV).", key));
    }
    return found.get<double>();
}

}  // namespace

TrainedEnergies::TrainedEnergies(const core::Json& document)
    : low_(bound(document, "low")), high_(bound(document, "high")) {}

bool TrainedEnergies::hold(double energy) const {
    constexpr double margin_share = 2e-3;
    const double margin = margin_share * (high_ - low_);
    return energy >= low_ - margin && energy <= high_ + margin;
}

}  // namespace caloforge::network
