#include "validate/shower/ShowerSamples.hh"

namespace caloforge::validate {

std::vector<std::string> ShowerSamples::conditions() const {
    std::vector<std::string> out;
    for (const sample::Field& field : set_->conditions()) {
        // A PDG code is a name, not a quantity.
        if (field.name != sample::energy_field.name && field.name != sample::particle_field.name)
            out.push_back(field.name);
    }
    return out;
}

void ShowerSamples::for_each_batch(std::size_t batch_size, const Visit& visit) const {
    set_->for_each_batch(batch_size, [&](const data::ShowerBatch& batch, std::size_t first) {
        sample::ColumnsView samples(batch.size());
        samples.add(sample::showers_name, batch.cells)
            .add(sample::energy_field.name, batch.conditions.values(sample::energy_field.name));
        // The particle, too: not among conditions(), as which it would count as a quantity, but told slice by
        // slice. The names are the set's own: who is given the samples may look at them when this has ended.
        for (const sample::Field& field : set_->conditions()) {
            if (field.name != sample::energy_field.name)
                samples.add(field.name, batch.conditions.values(field.name));
        }
        visit(samples, first);
    });
}

core::Json ShowerSamples::json() const {
    core::Json out = {{"files", set_->files()}, {"layout", data::to_string(set_->layout())}};
    if (const auto extents = set_->readout().extents())
        out["cells"] = {extents->nx, extents->ny, extents->nz};
    else
        out["cells"] = set_->readout().cells();
    return out;
}

}  // namespace caloforge::validate
