#include <algorithm>

#include "data/LayoutForm.hh"

namespace caloforge::data {

const std::vector<LayoutForm>& layouts() {
    static const std::vector<LayoutForm> all = {variable_angle_form(), fixed_angle_form(),
                                                calochallenge_form()};
    return all;
}

const LayoutForm& form_of(Layout layout) {
    return *std::ranges::find(layouts(), layout, &LayoutForm::layout);
}

std::string to_string(Layout layout) {
    return form_of(layout).name;
}

}  // namespace caloforge::data
