#pragma once

#include "network/ForgeWriter.hh"

namespace caloforge::network {

/// The wider network of the cells in the middle of the window, where most of the energy is and where the
/// shower's width is decided.
class ForgeCore : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    /// What is added to the hidden channels of the group's cells in layer z. It follows from those channels
    /// before their activation, `first`, the cells' places, some with a gain for each feature, and what the
    /// cells may expect of the layer's energy and of the `rest` of it.
    std::string core(std::size_t z, std::size_t g, const std::string& first, const std::string& rest);

  private:
    /// Where the core of a group lies among its cells.
    struct Place {
        std::array<std::int64_t, 2> cells{}, margin{};
    };
    Place place_of(std::size_t g) const;
    /// The core's part of what describes the places of layer z's group g: "<of>_<g>".
    std::string place_in_core(const std::string& of, std::size_t z, std::size_t g);
    /// The part of an image of group g's cells that is its core.
    std::string middle(const std::string& name, const std::string& x, std::size_t g);
};

}  // namespace caloforge::network
