#pragma once

#include "train/Family.hh"

namespace caloforge::family::gan3d {

/// CERN openlab's 3DGAN, for 25 x 25 x 25 cells.
class Gan3dFamily : public train::Family {
  public:
    std::string name() const override { return "gan3d"; }
    Abilities abilities() const override { return {.kernels = true, .norm = true}; }
    std::shared_ptr<const train::Settings> read(core::ConfigTable& table,
                                                std::uint64_t showers) const override;
    void check_device(const std::string& device, const train::Settings& settings) const override;
    void check_shape(const geometry::Readout& readout, std::size_t share,
                     const train::Settings& settings) const override;
    std::unique_ptr<train::Trainer> make(const train::TrainingContext& context) const override;
};

}  // namespace caloforge::family::gan3d
