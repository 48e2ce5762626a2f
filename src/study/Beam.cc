#include "study/Beam.hh"

#include <numbers>

#include "core/Random.hh"

namespace caloforge::study {

montecarlo::Incident Beam::draw(const sample::Key& key) const {
    const auto radian = [&](const sample::Distribution& degrees, std::uint32_t element) {
        return degrees.draw(key, core::direction_stream, element) * std::numbers::pi / 180;
    };
    return {static_cast<float>(energy.draw(key, core::energy_stream)),
            montecarlo::kind_of_pdg(static_cast<int>(particle.draw(key, core::particle_stream))),
            radian(theta, 0), radian(phi, 1)};
}

}  // namespace caloforge::study
