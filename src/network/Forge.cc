#include "network/Forge.hh"

#include <fmt/format.h>

#include <stdexcept>

#include "network/ForgeClusters.hh"
#include "network/ForgeTree.hh"
#include "network/ForgeWriter.hh"
#include "network/RandomLayers.hh"

namespace caloforge::network {
namespace {

/// What goes in and what comes out.
class Frame : public ForgeWriter {
  public:
    using ForgeWriter::ForgeWriter;

    void begin() {
        for (const sample::Field& field : forge_inputs(o_)) draft_.builder.input(field);
        const auto cells = static_cast<std::int64_t>(o_.nx * o_.ny * o_.nz);
        const auto layers = static_cast<std::int64_t>(o_.nz);
        // For the response, each split's outcome and ratio, the width, the centre in x and y, each cell.
        std::int64_t numbers = 1 + 2 * (layers - 1) + 3 + cells;
        // Their number; of each the ring, the sector and where in it, and its cells' energies.
        if (o_.clustered())
            numbers += 1 + o_.clusters * (4 + static_cast<std::int64_t>(forge_neighbours.size()));
        add("noise", "random", {}, {{"distribution", "uniform"}, {"shape", {numbers}}, {"stream", 0}});
    }

    void end() {
        std::vector<std::string> layers;
        for (std::size_t z = 0; z < o_.nz; ++z)
            layers.push_back(forge_name(o_.moving() ? "placed" : "layer", z));
        concat("layers", layers);
        if (o_.cylindrical()) {
            // Layer by layer is the order of such cells.
            reshape("image", "layers",
                    {1, static_cast<std::int64_t>(o_.nz), static_cast<std::int64_t>(o_.nx),
                     static_cast<std::int64_t>(o_.ny)});
            scale("showers", "image", o_.mip);
            draft_.builder.output("showers", "GeV");
            return;
        }
        add("turned", "permute", {"layers"}, {{"order", {1, 2, 0}}});
        const Shape shape{1, static_cast<std::int64_t>(o_.wide_x()), static_cast<std::int64_t>(o_.wide_y()),
                          static_cast<std::int64_t>(o_.nz)};
        const std::string all = o_.clustered() ? ForgeClusters(draft_).added_to("turned") : "turned";
        reshape("image", all, shape);
        scale("showers", "image", o_.mip);
        draft_.builder.output("showers", "GeV");
    }
};

}  // namespace

NetworkSpec forge_generator(const ForgeOptions& options) {
    const auto middle_fits = [](std::size_t cells, std::size_t wide) { return (wide - cells) % 2 == 0; };
    if (options.nx < 4 || options.ny < 4 || options.nz < 2 || options.past_kernel % 2 == 0 ||
        options.clusters < 0 || !(options.mip > 0) || !(options.response > 0) || !(options.cell_x > 0) ||
        !(options.cell_y > 0) || options.particles.size() == 1 ||
        (options.moving() && options.depths.size() != options.nz) ||
        (!options.moving() && (options.grid_x > 0 || options.grid_y > 0)) ||
        (options.cylindrical() && (options.ring_edges.size() != options.ny + 1 || options.nx % 2 != 0 ||
                                   options.moving() || options.impact)) ||
        !middle_fits(options.nx, options.wide_x()) || !middle_fits(options.ny, options.wide_y()))
        throw std::logic_error("forge_generator: options beyond those stated");
    ForgeDraft draft{options, SpecBuilder("forge-generator"), 0, {}};
    Frame frame(draft);
    frame.begin();
    write_forge_energies(draft);
    write_forge_centre(draft);
    write_forge_cells(draft);
    frame.end();
    return draft.builder.build();
}

sample::Fields forge_inputs(const ForgeOptions& options) {
    sample::Fields fields{sample::energy_field};
    if (options.impact) fields.push_back(sample::impact_field);
    if (options.moving()) fields.push_back(sample::direction_field);
    if (!options.particles.empty()) fields.push_back(sample::particle_field);
    return fields;
}

std::pair<std::vector<double>, std::vector<double>> forge_bend(const NetworkSpec& spec) {
    const std::string drawn = forge_name("cells", 0, 0);
    for (const Layer& layer : spec.layers) {
        if (layer.name != drawn || layer.type != "sample") continue;
        const SampleRule rule = sample_rule(layer);
        return {rule.from, rule.to};
    }
    return {};
}

std::vector<ForgeSample> forge_samples(const ForgeOptions& options) {
    using Kind = ForgeSample::Kind;
    std::vector<ForgeSample> out{{"response", Kind::response}};
    for (std::size_t k = 0; k < forge_levels(options.nz).size(); ++k) {
        out.push_back({fmt::format("split_outcome_{}", k), Kind::outcome, k});
        out.push_back({fmt::format("split_ratio_{}", k), Kind::ratio, k});
    }
    out.push_back({"width_square", Kind::width});
    out.push_back({"centre_x_exp", Kind::centre, 0});
    out.push_back({"centre_y_exp", Kind::centre, 1});
    if (options.clustered()) {
        out.push_back({"cluster_count", Kind::cluster_choice});
        out.push_back({"cluster_ring", Kind::cluster_choice});
        out.push_back({"cluster_sector", Kind::cluster_choice});
        out.push_back({"cluster_energy", Kind::cluster_energy});
        out.push_back({"cluster_edges", Kind::cluster_energy});
        out.push_back({"cluster_corners", Kind::cluster_energy});
    }
    for (std::size_t z = 0; z < options.nz; ++z) {
        for (std::size_t g = 0; g < forge_groups.size(); ++g)
            out.push_back(
                {forge_name("cells", z, g), Kind::cells, z, forge_groups[g][0], forge_groups[g][1]});
    }
    return out;
}

}  // namespace caloforge::network
