#include "train/Family.hh"

namespace caloforge::train {

Recipe Family::recipe(std::uint64_t) const {
    return {};
}

void Family::check_device(const std::string&, const Settings&) const {}

void Family::check(const data::ShowerDigest&, const data::ShowerDigest*) const {}

}  // namespace caloforge::train
