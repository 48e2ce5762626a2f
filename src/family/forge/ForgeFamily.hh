#pragma once

#include "train/Family.hh"

namespace caloforge::family::forge {

/// Explicit distributions, learned by maximum likelihood, for any Cartesian grid (doc/physics/forge.md).
class ForgeFamily : public train::Family {
  public:
    std::string name() const override { return "forge"; }
    Abilities abilities() const override {
        return {.held_out = true, .start_from = true, .end_matters = true};
    }
    train::Recipe recipe(std::uint64_t showers) const override;
    std::shared_ptr<const train::Settings> read(core::ConfigTable& table,
                                                std::uint64_t showers) const override;
    void check_shape(const geometry::Readout& readout, std::size_t share,
                     const train::Settings& settings) const override;
    void check(const data::ShowerDigest& seen, const data::ShowerDigest* held_out) const override;
    std::unique_ptr<train::Trainer> make(const train::TrainingContext& context) const override;
};

}  // namespace caloforge::family::forge
