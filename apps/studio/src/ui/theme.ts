import {
  ActionIcon,
  Button,
  createTheme,
  Menu,
  Modal,
  Notification,
  NumberInput,
  PasswordInput,
  Popover,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

const COLOUR_SLOTS = Array.from({ length: 10 }, (_, index) => `var(--mantine-color-amber-${index})`);

/**
 * Defaults of the component library's parts. Colours, sizes and radii are in `tokens.css`; here stands only what the
 * library wants as props.
 */
export const theme = createTheme({
  primaryColor: 'amber',
  colors: { amber: COLOUR_SLOTS as [string, ...string[]] as never },
  defaultRadius: 'md',
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    Button: Button.extend({ defaultProps: { size: 'sm', variant: 'default' } }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'md',
        radius: 'lg',
        position: 'bottom-start',
        transitionProps: { duration: 90 },
      },
    }),
    Modal: Modal.extend({
      // Locking the scroll would add a style element, which the content security policy refuses.
      defaultProps: { lockScroll: false, centered: true, radius: 'lg', transitionProps: { duration: 120 } },
    }),
    Notification: Notification.extend({
      defaultProps: { color: 'gray', closeButtonProps: { 'aria-label': 'Close the notice' } },
    }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'xs' } }),
    Popover: Popover.extend({
      defaultProps: { shadow: 'md', radius: 'lg', transitionProps: { duration: 90 } },
    }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs', transitionDuration: 120, fullWidth: true },
    }),
    Select: Select.extend({
      defaultProps: {
        size: 'xs',
        allowDeselect: false,
        checkIconPosition: 'right',
        comboboxProps: { shadow: 'md', transitionProps: { duration: 90 } },
      },
    }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    TagsInput: TagsInput.extend({ defaultProps: { size: 'xs' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 450,
        withArrow: false,
        offset: 6,
        transitionProps: { duration: 80 },
        multiline: true,
      },
    }),
  },
});
